//! A server's process: what it inherits, and how all of it ends.
//!
//! It gets three pipes and the environment it was configured with, nothing else: no shell reads its
//! arguments, no descriptor of ours (the store, another server's pipe, the client's stdin) reaches it. It
//! leads a process group of its own, so what it started ends with it. A program that leaves its group on
//! purpose (`setsid`) is out of reach.

use crate::upstream::identity::Program;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::net::unix::pipe;
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
use tokio::time::timeout;

/// Marks every descriptor beyond 0, 1 and 2 so that no child gets it. What we open ourselves is marked from
/// the start; this is for those that our own parent leaked to us. Call it once, before anything is started.
pub fn seal_descriptors() {
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
}

/// A child that leads its own process group. Dropping it kills the group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Number of the child and of its group; `None` once the child was reaped and the number may be another's.
    group: Option<Pid>,
    exits: Signals,
}

/// Our ends of its pipes.
#[derive(Debug)]
pub(crate) struct Pipes {
    pub(crate) stdin: pipe::Sender,
    pub(crate) stdout: pipe::Receiver,
    pub(crate) stderr: pipe::Receiver,
}

impl Process {
    /// Starts the server. Needs a runtime.
    pub(crate) fn start(spec: &Program) -> io::Result<(Self, Pipes)> {
        let (program, arguments) = spec.argv.split_first().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "no command is configured")
        })?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(spec.env.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        if let Some(cwd) = &spec.cwd {
            command.current_dir(cwd);
        }
        // Listening begins before the child can end.
        let exits = signal(SignalKind::child())?;
        let mut child = command.spawn()?;
        let ends = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let process = Self { child, group, exits };
        let (Some(stdin), Some(stdout), Some(stderr)) = ends else {
            return Err(io::Error::other("the child has no pipes"));
        };
        let pipes = Pipes {
            stdin: pipe::Sender::from_owned_fd(OwnedFd::from(stdin))?,
            stdout: pipe::Receiver::from_owned_fd(OwnedFd::from(stdout))?,
            stderr: pipe::Receiver::from_owned_fd(OwnedFd::from(stderr))?,
        };
        Ok((process, pipes))
    }

    /// Waits until the child itself has ended. It is not reaped by this, so its number stays its own.
    pub(crate) async fn exited(&mut self) {
        while !self.is_gone() {
            if self.exits.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn is_gone(&self) -> bool {
        let Some(pid) = self.group else { return true };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(waitid(WaitId::Pid(pid), options), Ok(Some(_)) | Err(rustix::io::Errno::CHILD))
    }

    /// Ends it in order: the caller has closed its stdin; then SIGTERM, then SIGKILL, to the whole group,
    /// each after `grace`. Whatever is left of the group when the child has gone is killed.
    pub(crate) async fn stop(mut self, grace: Duration) -> Option<ExitStatus> {
        if timeout(grace, self.exited()).await.is_err() {
            self.signal(Signal::TERM);
            // A failure means that it is still there: the next signal cannot be ignored.
            let _ = timeout(grace, self.exited()).await;
        }
        self.signal(Signal::KILL);
        let _ = timeout(grace, self.exited()).await;
        self.reap()
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // The only error is that nobody is left.
            let _ = kill_process_group(group, signal);
        }
    }

    fn reap(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() {
            self.group = None;
        }
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        self.reap();
    }
}

/// How a process ended, in words.
pub(crate) fn ending(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it exited with code {code}"),
        (None, Some(signal)) => format!("it was ended by signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::Program;
    use crate::upstream::process::{Process, ending, seal_descriptors};
    use crate::upstream::testing::program;
    use std::time::Duration;
    use tokio::io::AsyncReadExt as _;

    /// What a program writes to stdout, and how it ended.
    async fn run(argv: &[&str], change: impl FnOnce(&mut Program)) -> (String, String) {
        let argv = argv.iter().map(|arg| (*arg).to_owned()).collect();
        let mut spec = Program { argv, ..program("") };
        change(&mut spec);
        let (process, mut pipes) = Process::start(&spec).expect("a process");
        let mut said = String::new();
        pipes.stdout.read_to_string(&mut said).await.expect("text");
        drop(pipes);
        let status = process.stop(Duration::from_secs(2)).await.expect("an end");
        (said, ending(status))
    }

    #[tokio::test]
    async fn the_environment_is_exactly_the_given_one() {
        let (said, _) =
            run(&["env"], |spec| spec.env.push(("ONLY".into(), "$(this) 'one'".into()))).await;
        let path = std::env::var_os("PATH").unwrap_or_default();
        assert_eq!(said, format!("ONLY=$(this) 'one'\nPATH={}\n", path.to_string_lossy()));
    }

    #[tokio::test]
    async fn no_shell_reads_the_arguments() {
        let (said, ended) = run(&["echo", "$HOME", "; false", "*"], |_| ()).await;
        assert_eq!((said.as_str(), ended.as_str()), ("$HOME ; false *\n", "it exited with code 0"));
    }

    #[tokio::test]
    async fn only_three_descriptors_and_the_directory_are_passed_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let leaked = std::fs::File::open(dir.path()).expect("open");
        rustix::io::fcntl_setfd(&leaked, rustix::io::FdFlags::empty()).expect("leak");
        let (said, _) = run(&["ls", "/proc/self/fd"], |_| ()).await;
        assert!(said.lines().count() > 4, "the leak is real: {said}");
        seal_descriptors();
        let (said, _) = run(&["ls", "/proc/self/fd"], |_| ()).await;
        assert_eq!(said, "0\n1\n2\n3\n", "3 is the directory that is listed");
        let (said, _) = run(&["pwd", "-P"], |spec| spec.cwd = Some(dir.path().into())).await;
        let want = std::fs::canonicalize(dir.path()).expect("a path");
        assert_eq!(said, format!("{}\n", want.display()));
    }

    #[tokio::test]
    async fn it_leads_a_group_of_its_own() {
        let (said, _) = run(&["cat", "/proc/self/stat"], |_| ()).await;
        let fields: Vec<&str> = said.split(' ').collect();
        assert_eq!(fields.first(), fields.get(4), "pid and process group");
    }

    #[tokio::test]
    async fn an_empty_command_is_an_error() {
        let spec = Program { argv: Vec::new(), ..program("") };
        assert!(Process::start(&spec).is_err());
    }
}
