//! Modules are tried in a process of their own before they may judge.
//!
//! What the engine does to a text that nobody has run yet can end a process, fill its memory or never return, and none of
//! that can be caught. So this program starts itself once more, without environment, with little memory, little time and
//! nothing to write to, hands it the texts and takes its answer, or its end, for the answer.
//!
//! Each takes a processor for seconds, so only a few run at a time, whoever asks: the rest wait for their turn, and of
//! agents that only try something no more than a few do.

use crate::policy::module::{Fault, ModuleText, Outcome, TrialReport, TrialRequest};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The hidden command that answers a trial.
pub const COMMAND: &str = "policy-trial";
/// How long a trial may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// An answer is no longer, in bytes.
const ANSWER_MAX: u64 = 4 << 20;

/// Trials at a time in this process.
const AT_ONCE: usize = 2;
/// Questions that run or wait for their turn.
const QUESTIONS_MAX: usize = AT_ONCE + 4;
/// How long a trial waits for its turn: longer than everything before it can take.
const TURN: Duration = Duration::from_secs(30);

static TURNS: Turns = Turns::new();

/// Whose turn it is.
#[derive(Debug)]
struct Turns {
    running: Semaphore,
    questions: Semaphore,
}

impl Turns {
    const fn new() -> Self {
        Self {
            running: Semaphore::const_new(AT_ONCE),
            questions: Semaphore::const_new(QUESTIONS_MAX),
        }
    }

    /// A turn, when those before are done; `None` when that takes too long.
    async fn next(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(TURN, self.running.acquire()).await.ok()?.ok()
    }
}

/// Why a text was not asked.
#[derive(Debug)]
pub enum NotTried {
    /// Too many wait for their turn.
    Busy,
    /// Everything that is wrong with it.
    Faults(Vec<Fault>),
}

/// Lets modules through that pass the static gate and a trial; `config` is what they find under `data.config`.
///
/// # Errors
/// Everything that is wrong with them.
pub async fn admit(modules: Vec<ModuleText>, config: &Value) -> Result<(), Vec<Fault>> {
    if modules.is_empty() {
        return Ok(());
    }
    let request = TrialRequest { modules, config: config.clone(), inputs: Vec::new() };
    let Some(_turn) = TURNS.next().await else {
        return Err(failed(&request, "too many others are tried at this moment: try again").faults);
    };
    let report = run(&request, &own_program()).await;
    if report.faults.is_empty() { Ok(()) } else { Err(report.faults) }
}

/// Asks a text that stands nowhere about [flat](crate::policy::flat_input) inputs, one outcome for each.
///
/// The process ends with the future.
///
/// # Errors
/// [`NotTried`].
pub async fn ask(
    module: ModuleText,
    config: &Value,
    inputs: Vec<Value>,
) -> Result<Vec<Outcome>, NotTried> {
    let request = TrialRequest { modules: vec![module], config: config.clone(), inputs };
    let _place = TURNS.questions.try_acquire().map_err(|_| NotTried::Busy)?;
    let _turn = TURNS.next().await.ok_or(NotTried::Busy)?;
    let report = run(&request, &own_program()).await;
    if !report.faults.is_empty() {
        return Err(NotTried::Faults(report.faults));
    }
    Ok(report.outcomes.into_iter().next().unwrap_or_default())
}

/// This very program, even when another was put in its place meanwhile.
fn own_program() -> PathBuf {
    let kept = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && kept.exists() {
        return kept;
    }
    std::env::current_exe().unwrap_or(kept)
}

/// A trial by the program at this path. It always answers: a trial that came to no answer is a fault of every module.
async fn run(request: &TrialRequest, program: &std::path::Path) -> TrialReport {
    match tokio::time::timeout(DEADLINE, exchange(request, program)).await {
        Ok(Ok(report)) => report,
        Ok(Err(why)) => failed(request, &why),
        Err(_) => failed(request, "its trial took longer than 5 seconds: make it simpler"),
    }
}

async fn exchange(
    request: &TrialRequest,
    program: &std::path::Path,
) -> Result<TrialReport, String> {
    let text = serde_json::to_vec(request).map_err(|e| format!("it cannot be tried: {e}"))?;
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| format!("its trial cannot be started: {e}"))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // One that ends early does not read all of it; its end says more.
            let _ = stdin.write_all(&text).await;
        }
    };
    let read = async {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            let _ = stdout.take(ANSWER_MAX).read_to_end(&mut answer).await;
        }
        answer
    };
    let ((), answer) = tokio::join!(write, read);
    let end = child.wait().await.map_err(|e| format!("its trial was lost: {e}"))?;
    let report: Option<TrialReport> = serde_json::from_slice(&answer).ok();
    match report {
        Some(report) if end.success() && report.outcomes.len() == request.modules.len() => {
            Ok(report)
        }
        _ => Err(format!(
            "its trial ended before it came to an answer ({end}): it takes more stack, memory or time than a module \
             may, so make it simpler"
        )),
    }
}

fn failed(request: &TrialRequest, why: &str) -> TrialReport {
    let fault = |module: &ModuleText| Fault {
        module: module.name.clone(),
        line: 0,
        column: 0,
        message: why.to_owned(),
    };
    TrialReport { faults: request.modules.iter().map(fault).collect(), ..TrialReport::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> TrialRequest {
        let module = ModuleText { name: "m".to_owned(), text: String::new() };
        TrialRequest { modules: vec![module], config: Value::Null, inputs: Vec::new() }
    }

    #[tokio::test]
    async fn no_answer_is_a_fault() {
        for program in ["/bin/true", "/bin/false", "/nonexistent/program", "/bin/echo"] {
            let report = run(&request(), std::path::Path::new(program)).await;
            assert_eq!(report.faults.len(), 1, "{program}");
            assert_eq!(report.faults[0].module, "m");
        }
    }
}
