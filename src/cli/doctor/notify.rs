//! Whether people elsewhere hear of anything: the targets, how their last notification went, and the mail server's settings.
//!
//! Nothing is sent and nobody is asked for it; addresses are never told.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::domain::notice::{DeliveryStatus, TargetType};
use crate::notify::smtp_usable;
use crate::store::StoreError;
use crate::store::notices::DeliveryFilter;

const AREA: &str = "notifications";

/// Looks at them.
pub(super) async fn look(app: &App, checks: &mut Checks) {
    if let Err(error) = of(app, checks).await {
        checks.error(AREA, format!("the targets cannot be read: {error}"), "see `store` above");
    }
}

async fn of(app: &App, checks: &mut Checks) -> Result<(), StoreError> {
    if let Some(Err(why)) = app.config.smtp.as_ref().map(smtp_usable) {
        checks.warn(AREA, format!("no mail can be sent: {why}"), "mend `[smtp]`");
    }
    for target in app.store.targets(&app.tenant).await? {
        let name = &target.name;
        if target.enabled && target.kind == TargetType::Email && app.config.smtp.is_none() {
            let what = format!("`{name}` is a mailbox, and the configuration has no `[smtp]`");
            checks.warn(AREA, what, "say there how mail is sent, or remove the target");
            continue;
        }
        let filter =
            DeliveryFilter { target: Some(target.id), ..DeliveryFilter::of(&app.tenant, 1) };
        let last = app.store.deliveries(filter).await?.into_iter().next();
        match last {
            Some(last) if target.enabled && last.status != DeliveryStatus::Sent => {
                let code = last.error.as_deref().unwrap_or("not tried yet");
                let what = format!("the last notification to `{name}` did not arrive (`{code}`)");
                checks.warn(AREA, what, format!("`countersign notify test {name}` tries it"));
            }
            _ if target.enabled => checks.ok(AREA, format!("`{name}` at {}", target.shown)),
            _ => checks.note(AREA, format!("`{name}` is switched off")),
        }
    }
    Ok(())
}
