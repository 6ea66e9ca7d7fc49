//! Which questions several people answer, or not anybody: `[[quorum]]`, with those who act for others out of `[person.NAME]`.
//!
//! Of several that fit one question the one with most people counts, of two with as many one that names them, then the
//! first. A chain of deputies or managers that is too long or comes back to where it began is refused here, so that
//! nobody further up walks one.

use crate::config::error::ConfigError;
use crate::config::resolve::within;
use crate::config::rule::glob;
use crate::config::{Approvals, raw};
use crate::domain::principal::is_name;
use crate::domain::quorum::{Chair, Needs};
use crate::domain::ruling::Tier;
use globset::GlobMatcher;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// How many may stand behind one another.
const DEPTH: usize = 8;
/// People in one quorum: who sits where is worked out inside a transaction.
const PEOPLE_MAX: usize = 64;
/// Tables of them: each question is held against all.
const QUORUMS_MAX: usize = 1_000;

/// One `[[quorum]]`, resolved.
#[derive(Debug, Clone)]
pub struct Quorum {
    /// The pattern over `server__tool`; `None` for every question, plans and runs too.
    pub tool: Option<String>,
    /// From this tier on.
    pub tier: Tier,
    /// Who must say yes.
    pub needs: Needs,
    matcher: Option<GlobMatcher>,
}

/// All of them, in the order written.
#[derive(Debug, Clone, Default)]
pub struct Quorums(Vec<Quorum>);

impl Quorums {
    /// Each, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Quorum> {
        self.0.iter()
    }

    /// Who must say yes to one call of this `server__tool` (the server's own name of the tool).
    #[must_use]
    pub fn of_call(&self, upstream: &str, tool: &str, tier: Tier) -> Needs {
        if self.0.is_empty() {
            return Needs::default();
        }
        let name = format!("{upstream}__{tool}");
        let fits = |quorum: &&Quorum| {
            quorum.tier <= tier && quorum.matcher.as_ref().is_none_or(|m| m.is_match(&name))
        };
        best(self.0.iter().filter(fits).map(|quorum| &quorum.needs))
    }

    /// Who must say yes to what is no call of a tool: a plan, a change of policy.
    #[must_use]
    pub fn of_other(&self, tier: Tier) -> Needs {
        let fits = |quorum: &&Quorum| quorum.tier <= tier && quorum.matcher.is_none();
        best(self.0.iter().filter(fits).map(|quorum| &quorum.needs))
    }

    /// Who must say yes to a run: whoever must to what is no call, and to each of its calls, or a call could be had more
    /// cheaply as a step. Where several that name people hold for its calls, everybody named must; where one needs more
    /// people than are named, any admins join them.
    #[must_use]
    pub fn of_run<'a>(
        &self,
        tier: Tier,
        calls: impl Iterator<Item = (&'a str, &'a str, Tier)>,
    ) -> Needs {
        let mut all = vec![self.of_other(tier)];
        for (upstream, tool, tier) in calls {
            let needs = self.of_call(upstream, tool, tier);
            if !all.contains(&needs) {
                all.push(needs);
            }
        }
        let most = best(all.iter());
        let mut named = all.iter().filter(|needs| !needs.chairs.is_empty());
        let needs = match (named.next(), named.next()) {
            (Some(one), Some(two)) => named.fold(one.clone().and(two), |all, next| all.and(next)),
            // More people than are named: names weigh more than numbers, so all of them.
            (Some(one), None) if most.chairs.is_empty() => one.clone().and(one),
            (Some(one), None) => one.clone(),
            (None, _) => return most,
        };
        needs.at_least(most.required)
    }
}

/// The strictest; the usual where there is none.
fn best<'a>(fits: impl Iterator<Item = &'a Needs>) -> Needs {
    let stricter = |best: Option<&'a Needs>, next: &'a Needs| match best {
        Some(best) if best.rank() >= next.rank() => Some(best),
        _ => Some(next),
    };
    fits.fold(None, stricter).cloned().unwrap_or_default()
}

/// Reads both tables.
pub(in crate::config) fn quorums(
    raw: Vec<raw::Quorum>,
    people: &BTreeMap<String, raw::Person>,
    approvals: &Approvals,
    file: &Path,
) -> Result<Quorums, ConfigError> {
    let wrong = |at: String, what: String| ConfigError::meaning(file, at, what);
    for (name, person) in people {
        let raw::Person { deputy, manager } = person;
        if !is_name(name) {
            return Err(wrong(format!("`[person.{name}]`"), "is no name of a user".to_owned()));
        }
        if deputy.is_none() && manager.is_none() {
            let what = "says nothing; give `deputy` or `manager`".to_owned();
            return Err(wrong(format!("`[person.{name}]`"), what));
        }
        for kind in [Kind::Deputy, Kind::Manager] {
            chain(people, name, kind)
                .map_err(|what| wrong(format!("`person.{name}.{}`", kind.key()), what))?;
        }
    }
    if raw.len() > QUORUMS_MAX {
        return Err(wrong("`[[quorum]]`".to_owned(), format!("more than {QUORUMS_MAX} of them")));
    }
    let mut all = Vec::with_capacity(raw.len());
    for (index, quorum) in raw.into_iter().enumerate() {
        let at = format!("quorum {} (`{}`)", index + 1, quorum.tool.as_deref().unwrap_or("*"));
        all.push(read(quorum, people, approvals, &at, file)?);
    }
    Ok(Quorums(all))
}

/// Whether each of these can be the name of a user, and stands there once.
///
/// # Errors
/// What is wrong with them, in words.
pub(in crate::config) fn users(names: &[String]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_name(name) {
            return Err(format!("`{name}` is no name of a user"));
        }
        if !seen.insert(name) {
            return Err(format!("`{name}` stands there twice"));
        }
    }
    Ok(())
}

fn read(
    raw: raw::Quorum,
    people: &BTreeMap<String, raw::Person>,
    approvals: &Approvals,
    at: &str,
    file: &Path,
) -> Result<Quorum, ConfigError> {
    let raw::Quorum { tool, tier, required, approvers, escalate_before } = raw;
    let wrong = |what: String| ConfigError::meaning(file, at, what);
    let tool = tool.filter(|tool| tool != "*");
    let matcher = tool.as_deref().map(glob).transpose();
    let matcher = matcher.map_err(|what| wrong(format!("`tool`: {what}")))?;
    let tier = Tier::try_from(tier.unwrap_or(0))
        .map_err(|_| wrong("`tier` must be 0, 1, 2 or 3".to_owned()))?;
    users(&approvers).map_err(|what| wrong(format!("`approvers`: {what}")))?;
    let named = approvers.len();
    let all = u32::try_from(named.max(1)).unwrap_or(u32::MAX);
    let most = if named == 0 { PEOPLE_MAX } else { named };
    let required = required.unwrap_or(all);
    match usize::try_from(required) {
        Ok(1..) if named > PEOPLE_MAX => {
            return Err(wrong(format!("`approvers`: more than {PEOPLE_MAX} people")));
        }
        Ok(many) if (1..=most).contains(&many) => {}
        Ok(0) => return Err(wrong("`required` must be 1 or more".to_owned())),
        _ if named == 0 => return Err(wrong(format!("`required` must be 1 to {PEOPLE_MAX}"))),
        _ => {
            return Err(wrong(format!(
                "`required` is {required}, and only {named} are named: nobody could ever say yes"
            )));
        }
    }
    let escalate_before = escalate_before
        .map(|span| {
            let before = within(Some(span), Duration::ZERO, Duration::MAX, at, file)?;
            if before >= approvals.answer_within {
                return Err(wrong(
                    "`escalate_before` leaves no room: it must be less than `approvals.answer_within`".to_owned(),
                ));
            }
            Ok(i64::try_from(before.as_millis()).unwrap_or(i64::MAX))
        })
        .transpose()?;
    if required == 1 && named == 0 && escalate_before.is_none() {
        let what = "says nothing: give `required`, `approvers` or `escalate_before`";
        return Err(wrong(what.to_owned()));
    }
    let walk = |name: &str, kind| chain(people, name, kind).unwrap_or_default();
    let chairs = approvers.into_iter().map(|name| Chair {
        deputies: walk(&name, Kind::Deputy),
        managers: walk(&name, Kind::Manager),
        name,
    });
    let needs = Needs { required, chairs: chairs.collect(), escalate_before };
    Ok(Quorum { tool, tier, needs, matcher: matcher.map(|glob| glob.compile_matcher()) })
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Deputy,
    Manager,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Deputy => "deputy",
            Self::Manager => "manager",
        }
    }

    fn next<'a>(self, people: &'a BTreeMap<String, raw::Person>, name: &str) -> Option<&'a str> {
        let person = people.get(name)?;
        match self {
            Self::Deputy => person.deputy.as_deref(),
            Self::Manager => person.manager.as_deref(),
        }
    }
}

/// Who stands behind this person, one after the other.
fn chain(
    people: &BTreeMap<String, raw::Person>,
    name: &str,
    kind: Kind,
) -> Result<Vec<String>, String> {
    let mut behind: Vec<String> = Vec::new();
    let mut last = name;
    while let Some(next) = kind.next(people, last) {
        if !is_name(next) {
            return Err(format!("`{next}` is no name of a user"));
        }
        let told = |behind: &[String]| {
            let names = std::iter::once(name).chain(behind.iter().map(String::as_str));
            names.chain([next]).collect::<Vec<_>>().join(" -> ")
        };
        if next == name || behind.iter().any(|known| known == next) {
            return Err(format!("comes back to where it was: {}", told(&behind)));
        }
        if behind.len() == DEPTH {
            return Err(format!("is longer than {DEPTH}: {}", told(&behind)));
        }
        behind.push(next.to_owned());
        last = next;
    }
    Ok(behind)
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, parse};
    use crate::domain::quorum::Needs;
    use crate::domain::ruling::Tier;
    use std::path::Path;

    fn read(text: &str) -> Result<Config, String> {
        parse(text, Path::new("countersign.toml")).map_err(|e| e.to_string())
    }

    fn names(needs: &Needs) -> Vec<&str> {
        needs.chairs.iter().map(|chair| chair.name.as_str()).collect()
    }

    #[test]
    fn what_nobody_could_reach_or_walk_is_refused_with_its_place() {
        let named = "[[quorum]]\napprovers = [\"anna\", \"ben\"]\n";
        let chain = |people: usize, back: bool| {
            let link = |at: usize| format!("[person.p{at}]\ndeputy = \"p{}\"\n", at + 1);
            let mut text: String = (0..people).map(link).collect();
            if back {
                text.push_str(&format!("[person.p{people}]\ndeputy = \"p0\"\n"));
            }
            text
        };
        for (text, said) in [
            (
                "[[quorum]]\nrequired = 0\n".to_owned(),
                "quorum 1 (`*`): `required` must be 1 or more",
            ),
            (format!("{named}required = 3\n"), "`required` is 3, and only 2 are named"),
            ("[[quorum]]\nrequired = 65\n".to_owned(), "`required` must be 1 to 64"),
            ("[[quorum]]\ntool = \"a__*\"\n".to_owned(), "quorum 1 (`a__*`): says nothing"),
            ("[[quorum]]\ntool = \"a__[\"\nrequired = 2\n".to_owned(), "is not a tool pattern"),
            ("[[quorum]]\ntier = 4\nrequired = 2\n".to_owned(), "`tier` must be 0, 1, 2 or 3"),
            ("[[quorum]]\napprovers = [\"a/b\"]\n".to_owned(), "`a/b` is no name of a user"),
            (
                "[[quorum]]\napprovers = [\"anna\", \"anna\"]\n".to_owned(),
                "`anna` stands there twice",
            ),
            (format!("{named}escalate_before = \"24h\"\n"), "leaves no room"),
            (format!("{named}escalate_before = \"10ms\"\n"), "must be from 1s"),
            ("[person.anna]\n".to_owned(), "`[person.anna]`: says nothing"),
            ("[person.\"a b\"]\ndeputy = \"c\"\n".to_owned(), "is no name of a user"),
            (
                "[person.anna]\ndeputy = \"c d\"\n".to_owned(),
                "`person.anna.deputy`: `c d` is no name",
            ),
            (chain(9, false), "is longer than 8: p0 -> p1"),
            (chain(2, true), "p0 -> p1 -> p2 -> p0"),
            (
                "[person.anna]\nmanager = \"ben\"\n[person.ben]\nmanager = \"anna\"\n".to_owned(),
                "`person.anna.manager`: comes back to where it was: anna -> ben -> anna",
            ),
            ("[person.anna]\ndeputy = \"anna\"\n".to_owned(), "anna -> anna"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(said), "{text}\n{error}");
        }
        for twin in [
            format!("{named}required = 2\nescalate_before = \"23h\"\n"),
            chain(8, false),
            "[[quorum]]\nrequired = 64\n".to_owned(),
            "[person.anna]\ndeputy = \"ben\"\n[person.ben]\nmanager = \"anna\"\n".to_owned(),
        ] {
            read(&twin).unwrap();
        }
    }

    #[test]
    fn the_strictest_that_fits_counts() {
        let config = read(
            "[[quorum]]\nrequired = 2\ntier = 3\n\
             [[quorum]]\ntool = \"bank__*\"\nrequired = 2\napprovers = [\"anna\", \"ben\", \"carla\"]\n\
             [[quorum]]\ntool = \"bank__pay\"\nrequired = 2\napprovers = [\"max\", \"sue\"]\n\
             [[quorum]]\ntool = \"*\"\ntier = 2\nescalate_before = \"1h\"\n\
             [[quorum]]\ntool = \"bank__close\"\nrequired = 3\n\
             [person.anna]\ndeputy = \"dora\"\nmanager = \"max\"\n[person.dora]\ndeputy = \"eva\"\n",
        )
        .unwrap();
        let quorums = &config.quorums;
        let pay = quorums.of_call("bank", "pay", Tier::WRITE);
        assert_eq!((pay.required, names(&pay)), (2, vec!["anna", "ben", "carla"]), "the first");
        assert_eq!(pay.chairs[0].deputies, ["dora", "eva"]);
        assert_eq!(pay.chairs[0].managers, ["max"]);
        let grave = quorums.of_call("bank", "pay", Tier::GRAVE);
        assert_eq!(names(&grave).len(), 3, "names before none");
        let close = quorums.of_call("bank", "close", Tier::WRITE);
        assert_eq!((close.required, close.chairs.len()), (3, 0), "most people");
        let other = quorums.of_call("files", "write", Tier::GRAVE);
        assert_eq!((other.required, other.chairs.len()), (2, 0));
        let less = quorums.of_call("files", "write", Tier::WRITE);
        assert_eq!((less.required, less.escalate_before), (1, Some(3_600_000)));
        assert!(quorums.of_call("files", "write", Tier::DEV_WRITE).is_usual());
        assert_eq!(quorums.of_other(Tier::GRAVE).required, 2);
        assert!(quorums.of_other(Tier::DEV_WRITE).is_usual());
    }

    #[test]
    fn a_call_is_no_cheaper_as_a_step_of_a_run() {
        let config = read(
            "[[quorum]]\ntool = \"bank__*\"\nrequired = 2\napprovers = [\"anna\", \"ben\", \"carla\"]\n\
             [[quorum]]\ntool = \"ship__*\"\nrequired = 1\napprovers = [\"max\"]\n\
             [[quorum]]\ntool = \"wide__*\"\nrequired = 3\n",
        )
        .unwrap();
        let of = |calls: &[(&'static str, &'static str)]| {
            let calls = calls.iter().map(|(server, tool)| (*server, *tool, Tier::WRITE));
            config.quorums.of_run(Tier::WRITE, calls)
        };
        assert!(of(&[("files", "write")]).is_usual());
        let bank = of(&[("files", "write"), ("bank", "pay")]);
        assert_eq!((bank.required, names(&bank)), (2, vec!["anna", "ben", "carla"]));
        let both = of(&[("bank", "pay"), ("ship", "send")]);
        assert_eq!((both.required, names(&both)), (4, vec!["anna", "ben", "carla", "max"]));
        let many = of(&[("bank", "pay"), ("wide", "x")]);
        assert_eq!((many.required, names(&many).len()), (3, 3), "all who are named");
        let few = of(&[("ship", "send"), ("wide", "x")]);
        assert_eq!((few.required, names(&few)), (3, vec!["max"]), "no fewer than one call alone");
        let more = of(&[("ship", "send"), ("wide", "x"), ("bank", "pay")]);
        assert_eq!((more.required, names(&more).len()), (4, 4));
        assert_eq!((of(&[("wide", "x")]).required, names(&of(&[("wide", "x")])).len()), (3, 0));
    }
}
