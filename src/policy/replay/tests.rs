//! Recorded decisions under other policies: what is judged again is judged as with everything known.

use crate::config::{self, Config, Environment};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::SessionId;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::policy::StoredPolicy;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{Action, Effect, Given, Layer, Reason, Tier, Verdict};
use crate::domain::time::Millis;
use crate::policy::replay::{Recorded, Rejudged, Why};
use crate::policy::{Protected, Snapshot};
use std::path::Path;

fn snapshot(text: &str) -> Snapshot {
    let config: Config = config::parse(text, Path::new("replay.toml")).unwrap();
    Snapshot::build(&config, &StoredPolicy::default(), Protected::default(), 0).unwrap()
}

fn call(method: Method) -> Call {
    let parts = CallParts {
        tenant: Tenant::default(),
        principal: Principal::new(Role::Agent, "ann/claude"),
        session: SessionId::new(),
        upstream: UpstreamId { name: "llm".to_owned(), digest: Digest::ZERO },
        method,
        tool: "ask".to_owned(),
        definition: Digest::ZERO,
        arguments: None,
    };
    Call::seal(parts, &StoreKey::new([0; 32]))
}

fn reason(layer: Layer, rule: &str, message: &str, verdict: Option<Verdict>) -> Reason {
    Reason { layer, rule: rule.to_owned(), message: message.to_owned(), verdict }
}

fn rejudge(
    snapshot: &Snapshot,
    method: Method,
    arguments: &Node<'_>,
    unknown: &[String],
    reasons: &[Reason],
) -> Rejudged {
    snapshot.rejudge(&Recorded {
        call: &call(method),
        arguments: Some(arguments),
        unknown,
        verdict: Verdict::Ask,
        tier: Tier::GRAVE,
        effect: Effect::Write,
        action: Action::LlmCall,
        reasons,
        environment: Environment::Production,
        given: &Given::default(),
        at: Millis(0),
    })
}

fn tier_two() -> Vec<Reason> {
    vec![
        reason(Layer::Kernel, "tier", "tier 2: it writes", None),
        reason(Layer::Rules, "gone", "a rule that no longer stands", Some(Verdict::Deny)),
    ]
}

#[test]
fn what_is_judged_although_something_is_unknown_is_judged_as_with_everything_known() {
    let rules = [
        r#"when = { prompt = "*bomb*" }"#,
        r#"when = { prompt = "*", model = "small" }"#,
        r#"when = { prompt = "fine", model = "*" }"#,
        r#"when = { "prompt.text" = "x", model = "*" }"#,
        r#"when = { model = "large" }"#,
        r#"pattern = "bomb""#,
        r#"pattern = "small""#,
        "",
    ];
    let values = [r#""a bomb""#, r#""fine""#, r#"["x","a bomb"]"#, r#"{"text":"x"}"#, "7", r#""""#];
    let effects = ["allow", "ask", "deny"];
    let (mut judged, mut open) = (0, 0);
    for (first, a) in rules.iter().enumerate() {
        for (second, b) in rules.iter().enumerate() {
            let effect = (effects[(first + second) % 3], effects[(first * 2 + second + 1) % 3]);
            let text = format!(
                "[[rule]]\ntool = \"llm__ask\"\neffect = \"{}\"\n{a}\n[[rule]]\ntool = \"llm__ask\"\neffect = \"{}\"\n{b}\n",
                effect.0, effect.1
            );
            let policy = snapshot(&text);
            for model in ["small", "large"] {
                let kept = format!(r#"{{"prompt":{{"guarded":true}},"model":"{model}"}}"#);
                let kept = parse(&kept, &Limits::ARGUMENTS).unwrap();
                let unknown = ["/prompt".to_owned()];
                let partly = rejudge(&policy, Method::ToolsCall, &kept, &unknown, &tier_two());
                let Rejudged::Judged(verdict, _) = partly else {
                    assert!(matches!(partly, Rejudged::Not(Why::Masked(_))), "{partly:?}");
                    open += 1;
                    continue;
                };
                judged += 1;
                for value in values {
                    let whole = format!(r#"{{"prompt":{value},"model":"{model}"}}"#);
                    let whole = parse(&whole, &Limits::ARGUMENTS).unwrap();
                    let truth = rejudge(&policy, Method::ToolsCall, &whole, &[], &tier_two());
                    assert!(
                        matches!(truth, Rejudged::Judged(all, _) if all == verdict),
                        "{text}{model} {value}: {verdict:?} {truth:?}"
                    );
                }
            }
        }
    }
    assert!(judged > 20 && open > 20, "{judged} judged, {open} open: both are tried");
}

/// What cannot change the verdict, whether it holds or not, keeps nobody from telling it.
#[test]
fn an_unknown_that_changes_nothing_is_judged() {
    let allows = "[[rule]]\ntool = \"llm__ask\"\neffect = \"allow\"\nallow_tier = 2\n";
    let asks = "[[rule]]\ntool = \"llm__ask\"\neffect = \"ask\"\n";
    let denies = "[[rule]]\ntool = \"llm__ask\"\neffect = \"deny\"\n";
    let if_x = "when = { x = \"secret\" }\n";
    let arguments = parse(r#"{"x":null}"#, &Limits::ARGUMENTS).unwrap();
    let again = |text: String, reasons: &[Reason]| {
        let unknown = ["/x".to_owned()];
        rejudge(&snapshot(&text), Method::ToolsCall, &arguments, &unknown, reasons)
    };
    for (text, reasons, expected) in [
        // A deny holds, whatever may be allowed beside it; so does an ask; and twice the same is the same.
        (format!("{denies}{allows}{if_x}"), tier_two(), Some(Verdict::Deny)),
        (format!("{asks}{allows}{if_x}"), tier_two(), Some(Verdict::Ask)),
        (format!("{asks}{asks}{if_x}"), tier_two(), Some(Verdict::Ask)),
        (format!("{allows}{allows}{if_x}"), tier_two(), Some(Verdict::Allow)),
        // Nothing else speaks: an allow that does not reach the tier changes nothing, one that does may.
        (format!("{allows}{if_x}"), Vec::new(), Some(Verdict::Ask)),
        (format!("{allows}{if_x}"), tier_two(), None),
        (format!("{allows}{asks}{if_x}"), tier_two(), None),
        (format!("{allows}{denies}{if_x}"), tier_two(), None),
    ] {
        let came = match again(text.clone(), &reasons) {
            Rejudged::Judged(verdict, _) => Some(verdict),
            Rejudged::Not(Why::Masked(_)) => None,
            Rejudged::Not(other) => panic!("{other:?}: {text}"),
        };
        assert_eq!(came, expected, "{text}");
    }
}

#[test]
fn the_kernels_word_stands_and_raised_tiers_are_not_inherited() {
    let allows = snapshot("[[rule]]\ntool = \"llm__ask\"\neffect = \"allow\"\n");
    let arguments = parse("{}", &Limits::ARGUMENTS).unwrap();
    let again = |reasons: &[Reason]| rejudge(&allows, Method::ToolsCall, &arguments, &[], reasons);
    // Recorded at tier 3 because of a rule that is gone; the kernel said 2, which the allow reaches.
    assert!(matches!(again(&tier_two()), Rejudged::Judged(Verdict::Allow, _)));
    assert!(
        matches!(again(&[]), Rejudged::Judged(Verdict::Ask, _)),
        "tier 3 where nothing else is told"
    );
    let denied =
        [tier_two(), vec![reason(Layer::Kernel, "deny.own", "m", Some(Verdict::Deny))]].concat();
    let Rejudged::Judged(Verdict::Deny, Some(by)) = again(&denied) else { panic!("lifted") };
    assert_eq!((by.layer, by.rule.as_str()), (Layer::Kernel, "deny.own"));
    let elsewhere = vec![reason(Layer::Remote, "remote", "m", Some(Verdict::Ask))];
    assert!(matches!(again(&elsewhere), Rejudged::Judged(Verdict::Ask, _)));
    let listing = rejudge(&allows, Method::ToolsList, &arguments, &[], &[]);
    assert_eq!(listing, Rejudged::Not(Why::NotRuled("tools/list".to_owned())));
    let lost = rejudge(&allows, Method::ToolsCall, &arguments, &["/x".to_owned()], &[]);
    assert_eq!(lost, Rejudged::Not(Why::Unreadable), "a place that is not there");
}
