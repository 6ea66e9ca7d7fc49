//! What a row tells of a call of which something was taken out.

use super::*;
use crate::domain::call::{CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::SessionId;
use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{Action, Effect, PolicyRef, Tier, Verdict};

fn body(arguments: &Value, ruling: &Ruling) -> Value {
    let text = arguments.to_string();
    let parts = CallParts {
        tenant: Tenant::default(),
        principal: Principal::new(Role::Agent, "ann/claude"),
        session: SessionId::new(),
        upstream: UpstreamId { name: "llm".to_owned(), digest: Digest::ZERO },
        method: Method::ToolsCall,
        tool: "ask".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).unwrap()),
    };
    let call = Call::seal(parts, &StoreKey::new([0; 32]));
    serde_json::from_slice(&call_body(&call, ruling, &Passed::default())).unwrap()
}

#[test]
fn failures_and_the_switch_are_told_and_nothing_that_was_taken_out() {
    let reason = |layer, rule: &str, message: &str| Reason {
        layer,
        rule: rule.to_owned(),
        message: message.to_owned(),
        verdict: Some(Verdict::Deny),
    };
    let ruling = Ruling {
        verdict: Verdict::Deny,
        tier: Tier::WRITE,
        effect: Effect::Write,
        action: Action::LlmCall,
        reasons: vec![
            reason(Layer::Remote, "remote.error", "the policy server gave no decision"),
            reason(Layer::Rego, "spend.canary-7", "module `spend` denies: canary-7"),
            reason(Layer::Rules, "quiet", "rule `quiet` denies"),
        ],
        warnings: vec!["spend: it says canary-7".to_owned(), SWITCHED_OFF.to_owned()],
        policy: PolicyRef { version: 1, digest: "d".to_owned() },
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    };
    // A short prompt is looked for; of a long one every sentence is held back that may quote it.
    for prompt in ["canary-7".to_owned(), "canary-7 ".repeat(10_000)] {
        let body = body(&json!({ "prompt": prompt }), &ruling);
        assert!(!body.to_string().contains("canary"), "{body:#}");
        let told = |at: usize| (&body["reasons"][at]["rule"], &body["reasons"][at]["message"]);
        assert_eq!(told(0), (&json!("remote.error"), &json!("the policy server gave no decision")));
        assert_eq!(told(1).0, "spend.[masked]");
        assert_eq!(told(2), (&json!("quiet"), &json!("rule `quiet` denies")));
        assert_eq!(body["warnings"][1], SWITCHED_OFF);
    }
}
