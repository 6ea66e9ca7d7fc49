//! A small form for one new rule. What it says is read as strictly as a diff that a program writes.

use crate::card::suggestion::seen;
use crate::domain::ruling::Verdict;
use crate::http::House;
use crate::http::act::policy as act;
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::{TAB, on_to};
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new().route("/policy/rule", get(page)).route("/ui/policy/rules", post(save))
}

#[derive(Template)]
#[template(path = "policy_rule.html")]
struct Page {
    frame: Frame,
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    Ok(show(&Page { frame: Frame::of(&house, &who, TAB, "New rule").await? }))
}

/// What the form sends. A field called like a method of forms would hide that from scripts: none is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    rule_name: String,
    tool: String,
    pattern: String,
    effect: String,
    when: String,
    reason: String,
    example: String,
    counterexample: String,
    comment: String,
}

async fn save(
    State(house): State<Arc<House>>,
    who: Who,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    let effect = Verdict::parse(&posted.effect)
        .ok_or_else(|| Refused::wrong("`effect` is `allow`, `ask` or `deny`"))?;
    // What is written as JSON stays as written, so that the one strict reader of diffs sees a name that is said twice.
    let mut members = vec![("effect", json!(effect).to_string())];
    for (member, text) in [
        ("name", &posted.rule_name),
        ("tool", &posted.tool),
        ("pattern", &posted.pattern),
        ("reason", &posted.reason),
    ] {
        if !text.trim().is_empty() {
            members.push((member, Value::from(text.trim()).to_string()));
        }
    }
    for (member, text) in
        [("when", &posted.when), ("match", &posted.example), ("not_match", &posted.counterexample)]
    {
        if !text.trim().is_empty() {
            let json: &RawValue = serde_json::from_str(text.trim()).map_err(|why| {
                let why = seen(&why.to_string(), 200);
                Refused::wrong(format!("`{member}` is no JSON: {why}"))
            })?;
            members.push((member, json.get().to_owned()));
        }
    }
    let members: Vec<String> =
        members.into_iter().map(|(member, json)| format!("\"{member}\":{json}")).collect();
    let diff = format!(r#"{{"add":[{{{}}}],"remove":[],"meta":{{}}}}"#, members.join(","));
    let comment = Some(posted.comment.as_str());
    let made = act::suggest(&house, &who, diff.as_bytes(), comment).await?;
    Ok(on_to(&format!("/policy/suggestions/{}", made.approval.id)))
}
