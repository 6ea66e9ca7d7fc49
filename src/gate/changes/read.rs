//! What a diff says and would make: read for its author, held against what stands, filled in, put onto it, tried.

use crate::config::{Config, Stance};
use crate::domain::id::RuleId;
use crate::domain::json::{Canonical, Limits};
use crate::domain::policy::{ModuleStatus, PolicyDiff, StoredModule, StoredPolicy};
use crate::domain::principal::{Principal, Role};
use crate::domain::time::Millis;
use crate::gate::changes::NotTaken;
use crate::gate::changes::apply::words;
use crate::gate::trial;
use crate::policy::diff::{Applying, Author, Fault, Read, Standing, Template};
use crate::policy::module::ModuleText;
use crate::policy::{diff, templates};

/// A diff that can be proposed.
#[derive(Debug)]
pub(in crate::gate::changes) struct Taken {
    pub(in crate::gate::changes) diff: PolicyDiff,
    /// Whether a model made it.
    pub(in crate::gate::changes) of_a_model: bool,
}

/// Reads a diff for its author, holds it against what stands, and fills in what it only names.
pub(in crate::gate::changes) fn read(
    bytes: &[u8],
    author: Role,
    stored: &StoredPolicy,
    stance: Stance,
) -> Result<Taken, NotTaken> {
    let author = match author {
        Role::Agent => Author::Agent,
        Role::Operator => Author::Operator,
        Role::Admin => Author::Admin,
    };
    let mut read = diff::read(bytes, author).map_err(NotTaken::Faults)?;
    let standing = Standing { stored, stance, template: &template };
    let faults = diff::against(&read, &standing);
    if !faults.is_empty() {
        return Err(NotTaken::Faults(faults));
    }
    fill_in(&mut read.diff, stored);
    let Read { diff, of_a_model, .. } = read;
    Ok(Taken { diff, of_a_model })
}

/// The module that comes along under a name.
fn template(name: &str) -> Option<Template> {
    templates::template(name).map(|template| Template {
        text: template.text.to_owned(),
        description: template.description.to_owned(),
        on_error: template.on_error,
    })
}

/// A person decides about the text of a module, not about its name: where none stands, the template's is written out.
fn fill_in(diff: &mut PolicyDiff, stored: &StoredPolicy) {
    let stands = |name: &str| stored.modules.iter().any(|module| module.name == name);
    let named = |change: &&mut crate::domain::policy::ModuleChange| {
        !change.remove && change.text.is_none() && !stands(&change.name)
    };
    for change in diff.modules.iter_mut().filter(named) {
        if let Some(Template { text, description, on_error }) = template(&change.name) {
            change.text = Some(text);
            change.description.get_or_insert(description);
            change.on_error.get_or_insert(on_error);
        }
    }
}

/// What its proposer says of it goes with it.
pub(in crate::gate::changes) fn comment(diff: &mut PolicyDiff, comment: Option<&str>) {
    if let Some(comment) = words(comment) {
        diff.meta.insert("comment".to_owned(), comment.into());
    }
}

/// The one text of a diff.
pub(in crate::gate::changes) fn canonical(diff: &PolicyDiff) -> Result<Canonical, NotTaken> {
    let bytes = diff::canonical(diff);
    Canonical::read(&bytes, &Limits::ARGUMENTS).map_err(|error| too_large(&error))
}

/// It is well written, and no person could be shown all of it.
pub(in crate::gate::changes) fn too_large(why: &impl std::fmt::Display) -> NotTaken {
    let message = format!("it could not be shown to a person as a whole: {why}");
    NotTaken::Faults(vec![Fault::new("too_large", "", message, "split it into several changes")])
}

/// What would stand.
pub(in crate::gate::changes) fn candidate(
    stored: &StoredPolicy,
    diff: &PolicyDiff,
    by: &Principal,
) -> Result<StoredPolicy, NotTaken> {
    let applying = Applying {
        by,
        at: Millis::default(),
        version: stored.version.saturating_add(1),
        new_id: &mut RuleId::new,
        template: &template,
    };
    let applied = diff::apply(stored, diff, applying).map_err(NotTaken::Faults)?;
    Ok(applied.policy)
}

/// What keeps modules that would begin to judge from standing: two of one name, and whatever the gate for modules says.
pub(in crate::gate::changes) async fn not_admitted(
    stored: &StoredPolicy,
    candidate: &StoredPolicy,
    config: &Config,
) -> Vec<String> {
    let twice = candidate
        .modules
        .iter()
        .filter(|module| config.modules.iter().any(|of_file| of_file.name == module.name));
    let mut faults: Vec<String> = twice
        .map(|module| {
            format!(
                "the module `{}` stands in a file beside the configuration; rename one of the two",
                module.name
            )
        })
        .collect();
    let tried: Vec<ModuleText> = candidate
        .modules
        .iter()
        .filter(|module| begins(stored, module))
        .map(|module| ModuleText { name: module.name.clone(), text: module.text.clone() })
        .collect();
    if let Err(wrong) = trial::admit(tried, &config.governance.config).await {
        faults.extend(wrong.iter().map(ToString::to_string));
    }
    faults
}

/// Whether a module would judge that does not, or not with this text.
fn begins(stored: &StoredPolicy, module: &StoredModule) -> bool {
    let judges = |module: &StoredModule| module.status == ModuleStatus::Active;
    let before = stored.modules.iter().find(|known| known.name == module.name);
    judges(module) && before.is_none_or(|before| !judges(before) || before.text != module.text)
}
