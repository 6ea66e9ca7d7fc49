//! An answer that is kept, as people and machines read it, on whatever screen.
//!
//! Conditions and names in it come from agents: whoever shows them makes them safe to show.

use crate::card::when::span;
use crate::domain::approval::{Approval, State, Subject};
use crate::domain::call::Method;
use crate::domain::id::{ApprovalId, RememberedId};
use crate::domain::remembered::{Ended, Keep, Pattern, Remembered, Scope, Wish, may_be_kept};
use crate::domain::ruling::{Layer, Ruling, Tier};
use crate::domain::time::{Millis, SECOND};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What `remember` would say of it: `once`, `session`, `forever` or `pattern`.
#[must_use]
pub(crate) fn remember(wish: Option<&Wish>) -> &'static str {
    match wish {
        None => "once",
        Some(Wish { pattern: Pattern::When(_), .. }) => "pattern",
        Some(wish) => wish.keep.as_str(),
    }
}

/// Why the answer to a question cannot be kept; nothing where it can.
#[must_use]
pub(crate) fn why_once(of: &Approval) -> Option<&'static str> {
    if of.subject != Subject::Call || of.method != Method::ToolsCall {
        return Some("only the answer to a call of a tool can be kept");
    }
    let ruling = &of.ruling;
    if may_be_kept(ruling) {
        return None;
    }
    Some(match ruling.leans {
        None if has_remote_say(ruling) => {
            "a policy server elsewhere had a say in it, and no answer that leans on that is kept"
        }
        None => "nothing is on record that a kept answer could lean on",
        Some(_) if ruling.tier > Tier::WRITE => "the answer to what is so grave is never kept",
        Some(_) => "the answer to what runs code is never kept",
    })
}

fn has_remote_say(ruling: &Ruling) -> bool {
    ruling.reasons.iter().any(|reason| reason.layer == Layer::Remote && reason.verdict.is_some())
}

/// One kept answer for machines.
#[derive(Debug, Serialize)]
pub(crate) struct KeptJson<'a> {
    id: RememberedId,
    answer: &'static str,
    remember: &'static str,
    keep: &'static str,
    scope: &'static str,
    server: &'a str,
    tool: &'a str,
    tier: u8,
    agent: &'a str,
    pattern: Option<&'a Map<String, Value>>,
    question: ApprovalId,
    given_by: &'a str,
    given_at: String,
    ends_at: Option<String>,
    uses: Option<u32>,
    used: u32,
    used_at: Option<String>,
    ended: Option<&'static str>,
    ended_at: Option<String>,
}

impl<'a> KeptJson<'a> {
    /// It as an object.
    pub(crate) fn of(one: &'a Remembered) -> Self {
        Self {
            id: one.id,
            answer: if one.allows { "approve" } else { "deny" },
            remember: remember(Some(&one.wish)),
            keep: one.wish.keep.as_str(),
            scope: one.wish.scope.as_str(),
            server: &one.upstream,
            tool: &one.tool,
            tier: one.tier.get(),
            agent: &one.principal.name,
            pattern: match &one.wish.pattern {
                Pattern::Same => None,
                Pattern::When(when) => Some(when),
            },
            question: one.approval,
            given_by: &one.given_by.name,
            given_at: one.given_at.rfc3339(),
            ends_at: one.ends_at.map(Millis::rfc3339),
            uses: one.wish.uses,
            used: one.used,
            used_at: one.used_at.map(Millis::rfc3339),
            ended: one.ended.map(|(why, _)| why.as_str()),
            ended_at: one.ended.map(|(_, at)| at.rfc3339()),
        }
    }
}

/// The schema of that.
pub(crate) fn kept_schema() -> Value {
    let text = || json!({ "type": "string" });
    let time = || json!({ "type": ["string", "null"], "format": "date-time" });
    let id = || json!({ "type": "string", "format": "uuid" });
    let ends: Vec<Value> =
        Ended::ALL.iter().map(|why| json!(why.as_str())).chain([Value::Null]).collect();
    let properties = json!({
        "id": id(),
        "answer": { "enum": ["approve", "deny"] },
        "remember": { "enum": ["session", "forever", "pattern"] },
        "keep": { "enum": ["session", "forever"], "description": "`session`: it ends with the session that asked. An agent of 2026-07-28 over HTTP has one for as long as the gateway serves it." },
        "scope": { "enum": ["agent", "server"], "description": "Whose calls: of the agent that asked, or of any on this server." },
        "server": text(),
        "tool": text(),
        "tier": { "type": "integer", "minimum": 0, "maximum": 2 },
        "agent": { "type": "string", "description": "The agent that asked." },
        "pattern": {
            "type": ["object", "null"],
            "description": "Each argument and its condition; `null` for the same arguments.",
        },
        "question": id(),
        "given_by": text(),
        "given_at": { "type": "string", "format": "date-time" },
        "ends_at": time(),
        "uses": { "type": ["integer", "null"], "description": "After so many uses it ends." },
        "used": { "type": "integer" },
        "used_at": time(),
        "ended": { "enum": ends, "description": "Why it counts no more; `null` while it counts." },
        "ended_at": time(),
    });
    let required: Vec<String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// How long that is where the protocol has no sessions.
const OF_SESSION: &str = " It ends with the session that asked; for an agent of 2026-07-28 over HTTP, when the gateway \
     ends or has not heard of the agent for half an hour.";

/// What a wish means, in a sentence without its conditions; `allows` for a yes.
#[must_use]
pub(crate) fn meaning(wish: &Wish, allows: bool) -> String {
    let answer = if allows { "yes" } else { "no" };
    let whose = match (wish.scope, wish.keep) {
        (Scope::Server, _) => "any agent on this server",
        (Scope::Agent, Keep::Session) => "this agent, in this session,",
        (Scope::Agent, Keep::Forever) => "this agent",
    };
    let what = match wish.pattern {
        Pattern::Same => "with the same arguments",
        Pattern::When(_) => "whose arguments meet these conditions",
    };
    let mut text = format!("This {answer} is kept for calls of {whose} to this tool {what}");
    if let Some(life) = wish.life {
        text.push_str(&format!(", for {}", span(life)));
    }
    if let Some(uses) = wish.uses {
        match uses {
            1 => text.push_str(", once at most"),
            _ => text.push_str(&format!(", at most {uses} times")),
        }
    }
    text.push('.');
    if wish.keep == Keep::Session {
        text.push_str(OF_SESSION);
    }
    text
}

/// Its conditions, each the name of an argument and what it must be; none where it is the same arguments.
pub(crate) fn conditions(pattern: &Pattern) -> impl Iterator<Item = (&str, String)> {
    let when = match pattern {
        Pattern::Same => None,
        Pattern::When(when) => Some(when),
    };
    when.into_iter().flatten().map(|(name, condition)| {
        (name.as_str(), condition.as_str().map_or_else(|| condition.to_string(), str::to_owned))
    })
}

/// What became of the wish to keep the answer to a question, as the end of a sentence. What its giver wished is kept only
/// when all who had to say so wished the same.
#[must_use]
pub(crate) fn became(of: &Approval, is_kept: bool) -> &'static str {
    match (is_kept, of.state) {
        (true, _) => "the answer is kept",
        (false, State::Pending) => "the answer is kept once all who must agree wish the same",
        (false, _) => {
            "nothing is kept: not all who agreed wished the same, or the session that asked has ended"
        }
    }
}

/// A wish as the words that say it over HTTP: sent back, they are the same wish.
#[must_use]
pub(crate) fn words(wish: &Wish) -> Map<String, Value> {
    let words = json!({
        "remember": remember(Some(wish)),
        "scope": wish.scope,
        "pattern": match &wish.pattern {
            Pattern::Same => None,
            Pattern::When(when) => Some(when),
        },
        "ends_in_seconds": wish.life.map(|life| life / SECOND),
        "uses": wish.uses,
    });
    match words {
        Value::Object(words) => words,
        _ => Map::new(),
    }
}

/// Why a kept answer counts no more, in words.
#[must_use]
pub(crate) fn ended(why: Ended) -> &'static str {
    match why {
        Ended::Revoked => "it was taken back",
        Ended::Expired => "its time is over",
        Ended::UsedUp => "it was used as often as it may be",
        Ended::SessionOver => "its session ended",
        Ended::PolicyChanged => "what it leaned on changed",
        Ended::Replaced => "another answer for the same was given later",
        Ended::GiverRevoked => "somebody who said yes to it is no user any more",
    }
}

#[cfg(test)]
mod tests {
    use crate::approval::wish::{EndsIn, WishWords};
    use crate::card::kept::{meaning, words};
    use crate::domain::remembered::{Keep, Wish};
    use serde_json::{Value, json};

    fn read(mut words: Value, allows: bool) -> Option<Wish> {
        let seconds = words["ends_in_seconds"].take().as_u64();
        words.as_object_mut().unwrap().remove("ends_in_seconds");
        let words = serde_json::from_value::<WishWords>(words).unwrap();
        let ends_in = seconds.map(EndsIn::Seconds).or(words.ends_in.clone());
        WishWords { ends_in, ..words }.read(allows).ok().flatten()
    }

    #[test]
    fn words_of_a_wish_are_the_same_wish_again() {
        let mut accepted = 0;
        for remember in ["session", "forever", "pattern"] {
            for scope in [Value::Null, json!("agent"), json!("server")] {
                for pattern in [Value::Null, json!({ "path": "/srv/*" })] {
                    for ends_in in [Value::Null, json!("90s"), json!("1500ms"), json!(604_800)] {
                        for uses in [Value::Null, json!(1), json!(7)] {
                            for allows in [true, false] {
                                let said = json!({
                                    "remember": remember, "scope": scope, "pattern": pattern, "ends_in": ends_in,
                                    "uses": uses,
                                });
                                let Some(wish) = read(said.clone(), allows) else { continue };
                                let told = Value::Object(words(&wish));
                                assert_eq!(told["remember"], remember, "{said}");
                                assert_eq!(read(told, allows), Some(wish), "{said}");
                                accepted += 1;
                            }
                        }
                    }
                }
            }
        }
        // A session of an agent's, and forever and patterns of both scopes: three ends; of a yes three uses, of a no none.
        assert_eq!(accepted, (2 + 3 + 3) * 3 * (3 + 1));
    }

    #[test]
    fn one_use_is_one_time() {
        let of = |uses| meaning(&Wish { uses: Some(uses), ..Wish::same(Keep::Forever) }, true);
        assert!(of(1).ends_with(", once at most."), "{}", of(1));
        assert!(of(2).ends_with(", at most 2 times."), "{}", of(2));
    }
}
