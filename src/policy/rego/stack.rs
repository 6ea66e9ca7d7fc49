//! Modules are compiled and run where the stack is deep enough for everything that the gate admits: the engine recurses
//! over what it is given, and a stack that runs over cannot be caught.

use std::cell::Cell;

/// Enough for whatever the gate admits, in bytes.
const DEEP: usize = 32 * 1024 * 1024;

thread_local! {
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread of its own with a deep stack: modules that it asks run right there.
///
/// # Errors
/// The system has no room for such a thread.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let begun = std::thread::Builder::new().stack_size(2 * DEEP).spawn_scoped(scope, || {
            ROOMY.set(true);
            work()
        })?;
        match begun.join() {
            Ok(done) => Ok(done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Runs `work` here where the stack is known to be deep, else on a thread that has such a stack. `None`: there is no room
/// for that thread, or `work` panicked on it.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if ROOMY.get() {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let begun = std::thread::Builder::new().stack_size(DEEP).spawn_scoped(scope, || {
            ROOMY.set(true);
            work()
        });
        begun.ok()?.join().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(left: u32) -> u64 {
        let room = std::hint::black_box([u64::from(left); 128]);
        if left == 0 { room[0] } else { deep(left - 1) + room[127] }
    }

    #[test]
    fn there_is_room_whatever_thread_asks() {
        let small = std::thread::Builder::new().stack_size(64 * 1024);
        let asked = small.spawn(|| with_room(|| deep(10_000))).unwrap().join().unwrap();
        assert!(asked.is_some_and(|sum| sum > 0));
        assert!(on_deep_stack(|| with_room(|| deep(10_000))).unwrap().is_some());
        assert_eq!(with_room::<()>(|| std::panic::resume_unwind(Box::new("planted"))), None);
    }
}
