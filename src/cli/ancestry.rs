//! Whether this command was started from below an agent: by the chain of parents, where the platform shows it.
//!
//! An agent with a shell can open a terminal of its own and type. What it cannot easily shed is its parent: the process
//! that started a live `serve` or `wrap` is the agent's host, so nobody below that process may decide at a terminal.

use crate::store::lease::Holder;

/// More generations than any real process has.
const GENERATIONS: usize = 256;

/// What is known of where we come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ancestry {
    /// Nobody above us hosts an agent.
    Clear,
    /// This process is above us and hosts, or is, a live gateway.
    Agent {
        /// The process.
        pid: u32,
    },
    /// The chain breaks off above this process: what stands above it may host an agent.
    Broken {
        /// The process.
        pid: u32,
    },
    /// The platform does not show parents.
    Unknown,
}

/// Looks at the ancestors of this process.
#[must_use]
pub(crate) fn look(holders: &[Holder]) -> Ancestry {
    judge(std::process::id(), holders, &parent)
}

/// Whether the platform shows the parents of processes.
#[must_use]
pub(crate) fn is_known() -> bool {
    parent(std::process::id()).is_some()
}

fn judge(own: u32, holders: &[Holder], parent: &dyn Fn(u32) -> Option<u32>) -> Ancestry {
    let mut pid = own;
    for generation in 0..GENERATIONS {
        pid = match parent(pid) {
            Some(next) => next,
            // At our own generation nothing was shown at all.
            None if generation == 0 => return Ancestry::Unknown,
            // No gateway is served, so nobody above hosts one.
            None if holders.is_empty() => return Ancestry::Clear,
            // It ended while we looked and gave its children to another one, or it is hidden from us.
            None => return Ancestry::Broken { pid },
        };
        if pid <= 1 {
            return Ancestry::Clear;
        }
        if holders.iter().any(|holder| holder.parent_pid == pid || holder.pid == pid) {
            return Ancestry::Agent { pid };
        }
    }
    // A chain without an end is not one that can be trusted.
    Ancestry::Agent { pid }
}

/// The parent by `/proc/PID/stat`: the second field after the name, which stands in brackets and may hold any
/// character, brackets and spaces included.
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after = stat.iter().rposition(|byte| *byte == b')')?.checked_add(1)?;
    let rest = std::str::from_utf8(stat.get(after..)?).ok()?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::cli::ancestry::{Ancestry, judge};
    use crate::domain::id::SessionId;
    use crate::store::lease::Holder;

    fn holder(pid: u32, parent_pid: u32) -> Holder {
        Holder { session: SessionId::new(), pid, parent_pid }
    }

    /// 50 <- 40 <- 30 <- 20 <- 1
    fn family(pid: u32) -> Option<u32> {
        match pid {
            50 => Some(40),
            40 => Some(30),
            30 => Some(20),
            20 => Some(1),
            _ => None,
        }
    }

    #[test]
    fn below_the_parent_of_a_gateway_nobody_decides_and_beside_it_everybody_may() {
        assert_eq!(judge(50, &[holder(99, 30)], &family), Ancestry::Agent { pid: 30 });
        assert_eq!(judge(50, &[holder(40, 7)], &family), Ancestry::Agent { pid: 40 });
        assert_eq!(judge(50, &[holder(99, 31)], &family), Ancestry::Clear);
        assert_eq!(judge(50, &[], &family), Ancestry::Clear);
    }

    #[test]
    fn the_first_process_is_above_everybody_and_proves_nothing() {
        assert_eq!(judge(50, &[holder(99, 1)], &family), Ancestry::Clear);
    }

    #[test]
    fn a_chain_that_breaks_off_is_not_clear_while_a_gateway_is_served() {
        let broken = |pid| if pid == 30 { None } else { family(pid) };
        assert_eq!(judge(50, &[holder(99, 20)], &broken), Ancestry::Broken { pid: 30 });
        assert_eq!(judge(50, &[holder(99, 40)], &broken), Ancestry::Agent { pid: 40 });
        assert_eq!(judge(50, &[], &broken), Ancestry::Clear);
    }

    #[test]
    fn a_platform_without_parents_is_told_apart() {
        assert_eq!(judge(7, &[holder(99, 30)], &|_| None), Ancestry::Unknown);
        assert_eq!(judge(7, &[], &|pid| Some(pid.max(5))), Ancestry::Agent { pid: 7 });
    }
}
