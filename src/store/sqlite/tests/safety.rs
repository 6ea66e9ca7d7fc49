//! Who may touch the files, and which files are touched.

use super::*;
use crate::store::StoreError;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn error(home: &Path) -> StoreError {
    SqliteStore::open(home, Wall::new().clock()).unwrap_err()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn everything_is_made_for_us_alone() {
    let bench = Bench::file();
    brought_to(&bench, State::Pending, "{}").await;
    let home = bench.home.path().join("home");
    assert_eq!(mode(&home), 0o700);
    let mut files = 0;
    for file in fs::read_dir(&home).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert_eq!(files, 4, "database, its log, its index, the key");
    assert_eq!(fs::metadata(home.join("store.key")).unwrap().len(), 32);
}

#[tokio::test]
async fn the_key_stays_the_same_and_is_not_made_twice() {
    let bench = Bench::file();
    let first = bench.store.key().mac("x", &[]);
    assert_eq!(bench.again().key().mac("x", &[]), first);
    assert_ne!(Bench::file().store.key().mac("x", &[]), first);
}

#[test]
fn many_that_open_a_new_home_at_once_share_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    let open = || SqliteStore::open(&home, Wall::new().clock()).map(|s| s.key().mac("x", &[]));
    let keys: Vec<Digest> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|t| t.join().unwrap().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert!(fs::read_dir(&home).unwrap().count() <= 4);
}

#[test]
fn a_home_open_to_others_is_refused_with_the_command_that_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    for open in [0o755, 0o770, 0o707] {
        fs::set_permissions(dir.path(), Permissions::from_mode(open)).unwrap();
        let told = error(dir.path()).to_string();
        assert!(told.contains("run `chmod 700 "), "{told}");
    }
    fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    SqliteStore::open(dir.path(), Wall::new().clock()).unwrap();
}

#[test]
fn files_open_to_others_are_refused() {
    for name in ["countersign.db", "store.key"] {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        drop(SqliteStore::open(&home, Wall::new().clock()).unwrap());
        fs::set_permissions(home.join(name), Permissions::from_mode(0o640)).unwrap();
        let told = error(&home).to_string();
        assert!(told.contains("run `chmod 600 ") && told.contains(name), "{told}");
    }
}

#[test]
fn links_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().join("real");
    drop(SqliteStore::open(&real, Wall::new().clock()).unwrap());
    let link = dir.path().join("link");
    symlink(&real, &link).unwrap();
    assert_eq!(error(&link).code(), "store_unsafe");
    for name in ["countersign.db", "store.key"] {
        let moved = dir.path().join(name);
        fs::rename(real.join(name), &moved).unwrap();
        symlink(&moved, real.join(name)).unwrap();
        assert_eq!(error(&real).code(), "store_unsafe");
        fs::remove_file(real.join(name)).unwrap();
        fs::rename(&moved, real.join(name)).unwrap();
    }
}

#[test]
fn a_lost_or_foreign_key_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    drop(SqliteStore::open(&home, Wall::new().clock()).unwrap());
    let key = home.join("store.key");
    fs::write(&key, [5; 32]).unwrap();
    assert!(error(&home).to_string().contains("is not the key of"));
    fs::write(&key, [5; 31]).unwrap();
    assert!(error(&home).to_string().contains("32 bytes"));
    fs::remove_file(&key).unwrap();
    assert!(error(&home).to_string().contains("is missing"));
}

#[test]
fn a_newer_file_and_a_foreign_one_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    drop(SqliteStore::open(&home, Wall::new().clock()).unwrap());
    let conn = rusqlite::Connection::open(home.join("countersign.db")).unwrap();
    conn.pragma_update(None, "user_version", 9).unwrap();
    let newer = error(&home);
    assert!(matches!(newer, StoreError::Newer { found: 9, known: 5, .. }), "{newer}");
    conn.pragma_update(None, "application_id", 1).unwrap();
    assert!(error(&home).to_string().contains("another program"));
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    let bench = Bench::file();
    let setting = |name: &'static str| {
        bench.store.write(move |tx| {
            Ok(tx.conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0))?)
        })
    };
    assert_eq!(setting("synchronous").await.unwrap(), 2);
    assert_eq!(setting("trusted_schema").await.unwrap(), 0);
    assert_eq!(setting("journal_size_limit").await.unwrap(), 64 << 20);
    let mode = bench.store.read(|conn| {
        Ok(conn.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))?)
    });
    assert_eq!(mode.await.unwrap(), "wal");
    let write = bench.store.read(|conn| Ok(conn.execute("DELETE FROM meta", [])?)).await;
    assert!(write.is_err(), "the reader cannot write");
}
