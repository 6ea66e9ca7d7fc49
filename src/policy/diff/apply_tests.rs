//! What a change makes of what stands, however it was read: `apply` refuses by itself what it cannot put there.

use crate::domain::id::RuleId;
use crate::domain::policy::{OnError, Scope, StoredPolicy};
use crate::domain::principal::{Principal, Role};
use crate::domain::time::Millis;
use crate::policy::diff::{Applying, Template, apply};

fn applied_with(stored: &StoredPolicy, text: &str) -> Result<StoredPolicy, Vec<&'static str>> {
    let by = Principal::new(Role::Admin, "ada");
    let ships = |name: &str| {
        let on_error = OnError::Deny;
        (name == "b").then(|| Template { text: "t".into(), description: "d".into(), on_error })
    };
    let (at, version, new_id) = (Millis(5), stored.version + 1, &mut RuleId::new);
    // Not read strictly: what is put onto what stands is refused there, too.
    let diff = serde_json::from_str(text).unwrap();
    let applied = apply(stored, &diff, Applying { by: &by, at, version, new_id, template: &ships });
    applied.map(|a| a.policy).map_err(|wrong| wrong.iter().map(|fault| fault.code).collect())
}

#[test]
fn what_cannot_be_put_onto_what_stands_is_not_put() {
    let mine = r#"{"modules":[{"name":"m","text":"x","scope":"user","scope_id":"u"}]}"#;
    let stands = applied_with(&StoredPolicy::default(), mine).unwrap();
    for (modules, codes) in [
        (r#"{"name":"m","remove":true},{"name":"m","text":"y"}"#, vec!["duplicate"]),
        (r#"{"name":"m","text":"y"},{"name":"m","status":"active"}"#, vec!["duplicate"]),
        (r#"{"name":"n","remove":true}"#, vec!["no_such_module"]),
        (r#"{"name":"m","scope":"session"}"#, vec!["scope"]),
        (r#"{"name":"m","scope":"user"}"#, vec!["scope"]),
        (r#"{"name":"m","scope":"global","scope_id":"u"}"#, vec!["scope"]),
        (r#"{"name":"n","text":"x","scope_id":"u"}"#, vec!["scope"]),
    ] {
        let text = format!(r#"{{"modules":[{modules}]}}"#);
        assert_eq!(applied_with(&stands, &text), Err(codes), "{text}");
    }
    for (module, scope, whose) in [
        (r#"{"name":"m","scope":"session","scope_id":"s"}"#, Scope::Session, Some("s")),
        (r#"{"name":"m","scope_id":"v"}"#, Scope::User, Some("v")),
        (r#"{"name":"m","scope":"global"}"#, Scope::Global, None),
        (r#"{"name":"m","text":"y"}"#, Scope::User, Some("u")),
    ] {
        let text = format!(r#"{{"modules":[{module}]}}"#);
        let module = applied_with(&stands, &text).unwrap().modules.remove(0);
        assert_eq!((module.scope, module.scope_id.as_deref()), (scope, whose), "{text}");
    }
    // A text of its own takes nothing else from the template of its name.
    let own = applied_with(&stands, r#"{"modules":[{"name":"b","text":"own"}]}"#).unwrap();
    assert_eq!(
        (own.modules[0].on_error, own.modules[0].description.as_str()),
        (OnError::Allow, "")
    );
    let named = applied_with(&stands, r#"{"modules":[{"name":"b","status":"active"}]}"#).unwrap();
    assert_eq!((named.modules[0].on_error, named.modules[0].text.as_str()), (OnError::Deny, "t"));
}
