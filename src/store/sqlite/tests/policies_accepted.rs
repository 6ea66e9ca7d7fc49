//! A configuration that two admins must accept: two names, one text, over one accepted text, in time.

use super::*;
use crate::domain::time::Millis;
use crate::store::policies::{Acceptance, AcceptedConfig, Policies as _};
use crate::store::sqlite::tests::policies::*;

#[tokio::test]
async fn two_admins_accept_the_same_text_over_the_same_text() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let config = |text: &str, by: &str| AcceptedConfig {
            path: "/etc/countersign.toml".to_owned(),
            text: text.to_owned(),
            digest: Digest::sha256(&[text.as_bytes()]),
            at: Millis(0),
            by: Some(admin(by)),
        };
        let first = config("a", "lee");
        assert!(store.accept_config(&tenant(), first.clone(), None).await.unwrap());
        let was = Some(first.digest);
        let say = async |text: &str, by: &str, was| {
            store.accept_config_by_two(&tenant(), config(text, by), was).await.unwrap()
        };
        for _ in 0..3 {
            assert_eq!(say("b", "lee", was).await, Acceptance::OneOfTwo);
        }
        assert_eq!(kinds(store).await.iter().filter(|k| *k == "policy.waiting").count(), 1);
        assert_eq!(say("c", "bob", was).await, Acceptance::OneOfTwo, "another text");
        assert_eq!(say("b", "bob", None).await, Acceptance::Moved);
        let operator = AcceptedConfig { by: Some(operator("eve")), ..config("b", "eve") };
        store.accept_config_by_two(&tenant(), operator, was).await.unwrap_err();
        let nobody = AcceptedConfig { by: None, ..config("b", "eve") };
        store.accept_config_by_two(&tenant(), nobody, was).await.unwrap_err();
        assert_eq!(say("b", "bob", was).await, Acceptance::Accepted);
        let now = store.accepted_config(&tenant(), "/etc/countersign.toml").await.unwrap().unwrap();
        assert_eq!((now.text.as_str(), now.by), ("b", Some(admin("bob"))));
        // What bob said of another text was said over what is not accepted any more, and an old word is none.
        let was = Some(now.digest);
        assert_eq!(say("c", "lee", was).await, Acceptance::OneOfTwo);
        bench.wall.pass(31 * DAY);
        assert_eq!(say("c", "bob", was).await, Acceptance::OneOfTwo);
        assert_eq!(say("c", "lee", was).await, Acceptance::Accepted);
    }
}
