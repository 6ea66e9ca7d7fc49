//! `pending_approve`: redeems an answer token, or, in an approver's own session, says yes.
//!
//! A session that can send to a server never decides. What an agent can do here is present a token that a
//! person minted for exactly this question: the decision was the minting.

use crate::approval::Token;
use crate::approval::wish::{EndsIn, Names, REMEMBER, WishWords};
use crate::card::kept::became;
use crate::config::Toolset;
use crate::domain::approval::{Answer, Approval, State, Subject};
use crate::domain::id::ApprovalId;
use crate::domain::json::Canonical;
use crate::domain::remembered::Wish;
use crate::mcp::front::Duty;
use crate::mcp::tools::question::view;
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, approval_schema, arguments,
    id_schema, not_found, object_schema, refuse, say, store_failed, value_of,
};
use crate::store::{NotDecided, NotRedeemed};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "pending_approve",
    title: "Approve with a token",
    description: "Presents the answer token that a person gave for one question; after that `resume_call` runs \
                  it. Without such a token an agent cannot approve anything: ask the user.",
    read_only: false,
    toolset: Toolset::Approvals,
    offered: Offered::Everyone,
    input,
    output: Some(approval_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        (
            "not_a_decider",
            "an agent's session does not decide without a token; an approver's was revoked",
        ),
        ("token_invalid", "this is not the token of this question"),
        ("already_ended", "the question ended before"),
        ("tier_too_high", "the question is graver than what may be answered over MCP"),
        (
            "cannot_keep",
            "the answer to such a question, or one given so, is never kept; or its session has ended",
        ),
        ("not_found", "there is no such approval"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_a_decider") },
        Example {
            arguments: r#"{"id":"00000000-0000-7000-8000-000000000000","token":"csans_made_up"}"#,
            refusal: Some("token_invalid"),
        },
        Example { arguments: r#"{"id":5}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    token: Option<String>,
    reason: Option<String>,
    remember: Option<String>,
    scope: Option<String>,
    pattern: Option<Map<String, Value>>,
    ends_in: Option<EndsIn>,
    uses: Option<u64>,
}

fn input() -> Value {
    object_schema(
        keeping(json!({
            "id": id_schema(),
            "token": { "type": "string", "description": "The answer token, as the person gave it." },
            "reason": { "type": "string", "maxLength": 500, "description": "Goes on record with a decision." },
        })),
        &["id"],
    )
}

/// The same members with those that say what is kept of an answer; only approvers' own sessions keep any.
pub(in crate::mcp) fn keeping(mut members: Value) -> Value {
    members["remember"] = json!({
        "enum": REMEMBER,
        "description": "How long the answer is kept for later calls; `once` keeps nothing. An approver's session only.",
    });
    members["scope"] = json!({
        "enum": ["agent", "server"],
        "description": "Whose calls it then answers: the asking agent's, or those of any agent on this server.",
    });
    members["pattern"] = json!({
        "type": "object",
        "description": "With `pattern`: each argument and its condition, as in a rule.",
    });
    members["ends_in"] = json!({
        "type": ["string", "integer"],
        "description": "When it ends by itself: `7d`, or seconds.",
    });
    members["uses"] =
        json!({ "type": "integer", "minimum": 1, "description": "It ends after so many uses." });
    members
}

/// What of an answer is to be kept.
pub(in crate::mcp) fn wish(words: WishWords, allows: bool) -> Result<Option<Wish>, Answered> {
    words.read(allows).map_err(|why| refuse("invalid_arguments", why.said(&Names::TOOL)))
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { approve(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn approve(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, token, reason, remember, scope, pattern, ends_in, uses } =
        arguments(bytes)?;
    let wish = wish(WishWords { remember, scope, pattern, ends_in, uses }, true)?;
    keep(call, approval_id(&id)?, token, reason, wish).await
}

/// Redeems a token or, in an approver's session, says yes.
pub(in crate::mcp) async fn answer(
    call: OwnCall<'_>,
    id: ApprovalId,
    token: Option<String>,
    reason: Option<String>,
) -> Result<Answered, Answered> {
    keep(call, id, token, reason, None).await
}

/// The same, and keeps the answer of an approver if he wishes so.
async fn keep(
    call: OwnCall<'_>,
    id: ApprovalId,
    token: Option<String>,
    reason: Option<String>,
    wish: Option<Wish>,
) -> Result<Answered, Answered> {
    let gate = &call.front.gate;
    match (&call.front.duty, token) {
        (Duty::Agent, None) => Err(refuse(
            "not_a_decider",
            "only a person can say yes; tell the user that this call waits",
        )),
        // Whoever redeems decides nothing, so there is nothing of his to keep.
        (_, Some(_)) if wish.is_some() => Err(not_decided(&NotDecided::CannotKeep)),
        (_, Some(token)) => {
            let token = Token::presented(&token).hash();
            let by = &call.caller.principal;
            let redeemed = gate
                .desk()
                .store()
                .redeem(gate.tenant(), id, token, by)
                .await
                .map_err(|e| store_failed(&e))?;
            match redeemed {
                Ok(approval) => {
                    let text = format!("The token is taken. {}", then(&approval));
                    Ok(say(text, value_of(&view(&approval))))
                }
                // One answer for every way a token can be wrong: more would help to guess.
                Err(NotRedeemed::Invalid) => {
                    Err(refuse("token_invalid", "this is not the token of this question"))
                }
                Err(NotRedeemed::AlreadyRedeemed) => {
                    Err(refuse("already_ended", "the token was presented before"))
                }
                Err(NotRedeemed::Ended(state)) => {
                    Err(refuse("already_ended", format!("the question is {}", state.as_str())))
                }
            }
        }
        (Duty::Approver(approver), None) => {
            let reason = reason.map(|r| r.chars().take(500).collect());
            let yes = Answer::Approve { reason, token: None };
            let wished = wish.is_some();
            let decided = gate.desk().decide(gate.tenant(), id, approver, yes, None, wish).await;
            let a = decided.map_err(|e| store_failed(&e))?.map_err(|why| not_decided(&why))?;
            let text = told(&a, kept(call, &a, wished).await?);
            Ok(say(text, value_of(&view(&a))))
        }
    }
}

/// What became of a wish to keep an answer, as the end of a sentence; nothing where nobody wished it.
pub(in crate::mcp) async fn kept(
    call: OwnCall<'_>,
    approval: &Approval,
    wished: bool,
) -> Result<Option<&'static str>, Answered> {
    if !wished {
        return Ok(None);
    }
    let gate = &call.front.gate;
    let found = gate.desk().store().remembered_by(gate.tenant(), approval.id).await;
    let is_kept = found.map_err(|e| store_failed(&e))?.is_some();
    Ok(Some(became(approval, is_kept)))
}

/// What became of a yes: others may have to join it.
fn told(approval: &Approval, kept: Option<&str>) -> String {
    let (id, quorum) = (approval.id, &approval.quorum);
    match approval.state {
        State::Pending => {
            let (said, of) = (approval.ayes(), quorum.required);
            let kept = kept.map_or_else(String::new, |kept| format!("; {kept}"));
            format!("Your yes to {id} counts; {said} of {of} are there, so it still waits{kept}.")
        }
        _ => format!("{id} is approved; {}.", kept.unwrap_or("it counts once")),
    }
}

/// What the asker does with a yes.
fn then(approval: &Approval) -> String {
    match approval.subject {
        Subject::Call => format!("`resume_call` with {} runs the call.", approval.id),
        Subject::Plan(_) => format!("`consume_approval` with {} uses the yes.", approval.id),
        Subject::Policy(_) => format!("`apply_policy_suggestion` with {} applies it.", approval.id),
        Subject::Run(_) | Subject::Step(..) => "Go on with `execute_run`.".to_owned(),
    }
}

/// Why a decision over MCP did not count.
pub(in crate::mcp) fn not_decided(why: &NotDecided) -> Answered {
    match why {
        NotDecided::NotThere => not_found(),
        NotDecided::Already(state) => refuse(
            "already_ended",
            format!("it is {} already; nothing was changed", state.as_str()),
        ),
        NotDecided::TierTooHigh => refuse(
            "tier_too_high",
            "this question is too grave to be answered here; answer it at a terminal",
        ),
        NotDecided::NoDecider | NotDecided::NoUser => {
            refuse("not_a_decider", "the token of this session does not decide any more")
        }
        NotDecided::NotNamed => refuse("not_a_decider", "others are named to answer this question"),
        NotDecided::ClientMayNot | NotDecided::StateUsed => {
            refuse("not_a_decider", "a client's own user may not answer this")
        }
        NotDecided::CannotKeep => {
            refuse("cannot_keep", "the answer to such a question counts once and is never kept")
        }
        NotDecided::SessionOver => {
            refuse("cannot_keep", "the session that asked has ended, so nothing can be kept for it")
        }
        NotDecided::OwnQuestion => refuse("not_a_decider", "nobody answers his own question"),
        NotDecided::ShownDiffers => {
            refuse("already_ended", "the question is not the one that was shown")
        }
    }
}
