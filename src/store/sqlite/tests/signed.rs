//! Users who sign, and nonces: each is taken once, and whoever signs too much closes his own door alone.

use super::*;
use crate::domain::time::{MINUTE, Millis};
use crate::store::User;
use crate::store::doors::{Doors as _, NotTaken, Signed};
use crate::store::sqlite::tests::doors::{SOON, digest, locked, other, user};

#[tokio::test]
async fn a_signer_is_there_with_a_key_in_his_world_until_he_is_revoked() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        user(&bench, "ann", Role::Admin, &here).await;
        let robot = User {
            name: "robot".to_owned(),
            role: Role::Operator,
            tenant: here.clone(),
            added_at: Millis::default(),
        };
        let (token, key) = (digest("robot's token"), digest("robot's secret"));
        assert!(store.add_signer(robot.clone(), token, key, &admin("root")).await.unwrap());
        assert!(!store.add_signer(robot, digest("t"), digest("k"), &admin("root")).await.unwrap());
        let found = store.signer(&here, "robot").await.unwrap().unwrap();
        assert_eq!((found.user.name.as_str(), found.key, found.token), ("robot", key, token));
        assert_eq!(store.user_by_token(token).await.unwrap().unwrap().name, "robot");
        assert!(store.signer(&here, "ann").await.unwrap().is_none(), "she has no key");
        assert!(store.signer(&here, "nobody").await.unwrap().is_none());
        assert!(store.signer(&other(), "robot").await.unwrap().is_none());
        assert!(store.revoke_user(&here, "robot", &admin("root")).await.unwrap());
        assert!(store.signer(&here, "robot").await.unwrap().is_none());
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_nonce_is_taken_once_until_its_request_is_too_old_anyway() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let take = |name: &str, nonce: &str, until: i64| {
            let (name, nonce, until) = (name.to_owned(), nonce.to_owned(), Millis(START + until));
            let signed = Signed { tenant: tenant(), name, nonce, until };
            async move { store.take_nonce(signed).await.unwrap() }
        };
        let until = 5 * MINUTE;
        assert_eq!(take("ann", "n1", until).await, Ok(()));
        assert_eq!(take("ann", "n1", until).await, Err(NotTaken::Replayed));
        assert_eq!(take("bob", "n1", until).await, Ok(()), "another user's");
        let theirs = Signed {
            tenant: other(),
            name: "ann".to_owned(),
            nonce: "n1".to_owned(),
            until: Millis(START + until),
        };
        assert_eq!(store.take_nonce(theirs).await.unwrap(), Ok(()), "another world's");
        bench.wall.pass(5 * MINUTE - 1);
        assert_eq!(take("ann", "n1", until).await, Err(NotTaken::Replayed));
        bench.wall.pass(1);
        // It may have waited since its time was looked at; what is forgotten must not be taken again.
        assert_eq!(take("ann", "n1", until).await, Err(NotTaken::Late));
        assert_eq!(take("ann", "n2", until).await, Err(NotTaken::Late));
        assert_eq!(
            take("ann", "n1", until + MINUTE).await,
            Ok(()),
            "forgotten when it was too old"
        );
    }
}

#[tokio::test]
async fn of_two_equal_nonces_at_once_one_is_taken() {
    let bench = Bench::file();
    let again = bench.again();
    for round in 0..20 {
        let signed = Signed {
            tenant: tenant(),
            name: "ann".to_owned(),
            nonce: format!("nonce {round}"),
            until: Millis(START + MINUTE),
        };
        let (one, two) =
            tokio::join!(bench.store.take_nonce(signed.clone()), again.take_nonce(signed));
        let taken = [one.unwrap(), two.unwrap()];
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1, "{taken:?}");
    }
}

#[tokio::test]
async fn whoever_signs_too_much_closes_his_own_door_alone() {
    let bench = Bench::file();
    let fill = |conn: &mut rusqlite::Connection| {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
             INSERT INTO nonces (tenant, principal, nonce, until) SELECT 'default', 'ann', 'old ' || i, ?1 FROM n";
        conn.execute(sql, [START + MINUTE]).unwrap();
    };
    bench.store.writer.touch(fill).unwrap();
    let signed = |name: &str, nonce: &str| Signed {
        tenant: tenant(),
        name: name.to_owned(),
        nonce: nonce.to_owned(),
        until: Millis(START + MINUTE),
    };
    let store = &*bench.store;
    assert_eq!(store.take_nonce(signed("ann", "last")).await.unwrap(), Ok(()));
    assert_eq!(store.take_nonce(signed("ann", "more")).await.unwrap(), Err(NotTaken::Full));
    let far = Signed { tenant: other(), ..signed("ann", "first") };
    assert_eq!(store.take_nonce(far).await.unwrap(), Ok(()), "of this name in another world");
    // He is told so while somebody else holds the lock.
    let lock = locked(&bench);
    let told = tokio::time::timeout(SOON, store.take_nonce(signed("ann", "more"))).await;
    assert_eq!(told.expect("without the lock").unwrap(), Err(NotTaken::Full));
    drop(lock);
    assert_eq!(store.take_nonce(signed("bob", "first")).await.unwrap(), Ok(()));
    bench.wall.pass(MINUTE);
    let later = Signed { until: Millis(START + 2 * MINUTE), ..signed("ann", "more") };
    assert_eq!(store.take_nonce(later).await.unwrap(), Ok(()), "some ran out");
}
