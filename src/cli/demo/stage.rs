//! The demo's stage: a temporary home, the real client and gateway, and the person's commands.

use crate::app::{App, Globals, Wishes};
use crate::approval::{Token, TokenKind};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::time::Millis;
use crate::store::User;
use anyhow::{Context as _, Result};
use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, CallToolResponse, JsonObject};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::{ConfigureCommandExt as _, TokioChildProcess};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::task::JoinHandle;

/// What the agent got.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) text: String,
    pub(super) is_error: bool,
}

/// How a command of the person ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    text: String,
}

impl Ended {
    pub(super) fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// Everything the demo plays with.
#[derive(Debug)]
pub(super) struct Stage {
    home: PathBuf,
    program: PathBuf,
    token: Token,
    client: std::sync::Mutex<Option<RunningService<RoleClient, ()>>>,
    peer: rmcp::Peer<RoleClient>,
}

pub(super) fn line(text: &str) -> Result<()> {
    output::line(text)
}

pub(super) fn title(text: &str) -> Result<()> {
    output::line(format!("\n{text}"))
}

/// The part of an id that people compare.
pub(super) fn short(id: &str) -> String {
    id.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect()
}

impl Stage {
    /// Makes the home, an admin, and a client that talks over pipes to `wrap` in front of the notes.
    pub(super) async fn set() -> Result<Self> {
        let home = std::env::temp_dir()
            .join(format!("countersign-demo-{}", uuid::Uuid::now_v7().simple()));
        let token = Token::generate(TokenKind::Api)
            .map_err(|e| anyhow::anyhow!("the system gives no randomness: {e}"))?;
        let globals = Globals::resolve(Wishes { home: Some(home.clone()), ..Wishes::default() })?;
        let app = App::open(&globals).await?;
        let admin = User {
            name: "you".to_owned(),
            role: Role::Admin,
            tenant: Tenant::default(),
            added_at: Millis::default(),
        };
        app.store.add_user(admin, token.hash(), &Principal::new(Role::Admin, "demo")).await?;
        drop(app);
        let program = std::env::current_exe().context("cannot find this program")?;
        let gateway = Command::new(&program).configure(|command| {
            command.args(["wrap", "--name", "notes", "--"]).arg(&program).args(["demo", "--notes"]);
            command.arg(home.join("executed.log"));
            command.env("COUNTERSIGN_HOME", &home).env_remove("COUNTERSIGN_TOKEN");
        });
        let (transport, _) = TokioChildProcess::builder(gateway)
            .stderr(Stdio::inherit())
            .spawn()
            .context("cannot start the gateway")?;
        let client = ().serve(transport).await.context("the client and the gateway do not meet")?;
        let peer = client.peer().clone();
        line(&format!("client -> countersign wrap -> notes server   (home {})", home.display()))?;
        Ok(Self { home, program, token, client: std::sync::Mutex::new(Some(client)), peer })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.home.join("countersign.db")
    }

    /// Calls a tool and waits for the answer.
    pub(super) async fn call(&self, tool: &'static str, arguments: &str) -> Result<Got> {
        call(self.peer.clone(), tool, arguments.to_owned()).await
    }

    /// Calls a tool beside everything else.
    pub(super) fn start(&self, tool: &'static str, arguments: &str) -> JoinHandle<Result<Got>> {
        tokio::spawn(call(self.peer.clone(), tool, arguments.to_owned()))
    }

    /// How many calls reached the notes server.
    pub(super) fn executed(&self) -> Result<usize> {
        let text = std::fs::read_to_string(self.home.join("executed.log")).unwrap_or_default();
        Ok(text.lines().count())
    }

    async fn person(&self, args: &[&str]) -> Result<Ended> {
        let output = Command::new(&self.program)
            .args(args)
            .env("COUNTERSIGN_HOME", &self.home)
            .env("COUNTERSIGN_TOKEN", self.token.reveal())
            .stdin(Stdio::null())
            .output()
            .await
            .context("cannot start the person's command")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let code = output.status.code().unwrap_or(Code::Failure as i32);
        Ok(Ended { code, text })
    }

    async fn done(&self, args: &[&str]) -> Result<String> {
        let ended = self.person(args).await?;
        anyhow::ensure!(ended.code == 0, "`{}` ended with {}", args.join(" "), ended.code);
        Ok(ended.text)
    }

    /// The ids of what waits.
    pub(super) async fn pending(&self) -> Result<Vec<String>> {
        let text = self.done(&["pending", "--json"]).await?;
        let listed: serde_json::Value = serde_json::from_str(&text)?;
        let rows = listed["pending"].as_array().cloned().unwrap_or_default();
        Ok(rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect())
    }

    /// Waits until this many questions wait; gives the newest.
    pub(super) async fn waits_for(&self, count: usize) -> Result<String> {
        for _ in 0..200 {
            let ids = self.pending().await?;
            if ids.len() >= count {
                return ids.into_iter().max().context("nothing waits");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::bail!("no question came up")
    }

    pub(super) async fn show_card(&self, id: &str) -> Result<()> {
        for text in self.done(&["show", id]).await?.lines() {
            line(&format!("   | {text}"))?;
        }
        Ok(())
    }

    pub(super) async fn approve(&self, id: &str) -> Result<()> {
        self.done(&["approve", id, "--yes"]).await.map(|_| ())
    }

    pub(super) async fn deny(&self, id: &str, reason: &str) -> Result<()> {
        self.done(&["deny", id, "--reason", reason, "--yes"]).await.map(|_| ())
    }

    pub(super) async fn verify(&self) -> Result<Ended> {
        self.person(&["audit", "verify"]).await
    }

    /// The client leaves; the gateway ends and signs its last head.
    pub(super) async fn leave(&self) -> Result<()> {
        let client = self.client.lock().ok().and_then(|mut client| client.take());
        if let Some(client) = client {
            client.cancel().await.context("the client did not end well")?;
        }
        Ok(())
    }

    /// Removes everything.
    pub(super) async fn clear(&self) -> Result<()> {
        self.leave().await?;
        std::fs::remove_dir_all(&self.home).context("cannot remove the temporary home")
    }
}

async fn call(peer: rmcp::Peer<RoleClient>, tool: &'static str, arguments: String) -> Result<Got> {
    let arguments: JsonObject = serde_json::from_str(&arguments)?;
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    let CallToolResponse::Complete(result) = peer.call_tool_once(params).await? else {
        anyhow::bail!("the gateway gave no plain result");
    };
    let text = serde_json::to_value(&result)?;
    let said = text["content"][0]["text"].as_str().unwrap_or_default().to_owned();
    Ok(Got { text: said, is_error: text["isError"].as_bool().unwrap_or(false) })
}
