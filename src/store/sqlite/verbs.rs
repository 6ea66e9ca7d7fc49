//! The trait's verbs, each handed to the thread and the function that does it.

use crate::domain::approval::{Approval, Earlier};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, Entry, Head};
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::pin::Pin;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::sqlite::{
    Result, SqliteStore, ask, calls, chain, consume, decide, expiry, paused, people, pins, query,
    reckon, retention, rows, sessions,
};
use crate::store::{
    ApprovalFilter, Asked, Changes, ConsumeRequest, Decision, EntryFilter, NotConsumed, NotDecided,
    NotPermitted, NotRedeemed, OpenIntent, PinUpdate, Pruned, Question, Retention, SessionInfo,
    Settlement, Store, User,
};
use async_trait::async_trait;
use std::result::Result as Either;
use std::sync::{Arc, PoisonError};

#[async_trait]
impl Store for SqliteStore {
    fn key(&self) -> &StoreKey {
        &self.key
    }

    fn home(&self) -> Option<&std::path::Path> {
        self.home.as_deref()
    }

    fn is_durable(&self) -> bool {
        self.reader.is_some()
    }

    async fn now(&self) -> Result<Millis> {
        let clock = self.clock.clone();
        self.read(move |conn| reckon(conn, &clock)).await
    }

    fn changes(&self) -> Changes {
        let changes = Changes::new(self.changes.subscribe(), Arc::clone(&self.watchers));
        self.writer.wake();
        changes
    }

    async fn append(&self, rows: Vec<Draft>) -> Result<Vec<u64>> {
        self.write(move |tx| rows.iter().map(|row| tx.append(row)).collect()).await
    }

    async fn append_news(&self, row: Draft) -> Result<Option<u64>> {
        self.write(move |tx| {
            let newest = EntryFilter {
                tenant: Some(row.tenant.clone()),
                types: vec![row.kind.as_str().to_owned()],
                newest: true,
                limit: 1,
                ..EntryFilter::default()
            };
            let newest = query::entries(tx.conn, &newest)?;
            let said = newest.first().and_then(|entry| entry.body.as_ref());
            if said == Some(&row.body) { Ok(None) } else { tx.append(&row).map(Some) }
        })
        .await
    }

    async fn permit(&self, row: Draft) -> Result<Either<u64, NotPermitted>> {
        self.write_if_awaited(move |tx| calls::permit(tx, row)).await
    }

    async fn settle(&self, settlement: Settlement) -> Result<()> {
        if !settlement.now {
            // Its answer is on its way; a commit of its own would only make the next call wait for the disk twice.
            return self.write_later(move |tx| calls::settle(tx, settlement)).await;
        }
        self.write(move |tx| calls::settle(tx, settlement)).await
    }

    async fn head(&self) -> Result<Head> {
        self.read(chain::head).await
    }

    async fn entries(&self, filter: EntryFilter) -> Result<Vec<Entry>> {
        self.read(move |conn| query::entries(conn, &filter)).await
    }

    async fn prune(&self, retention: Retention) -> Result<Pruned> {
        while self.write(move |tx| retention::chunk(tx, retention)).await? {}
        self.write(retention::record).await
    }

    async fn ask(&self, question: Question) -> Result<Asked> {
        self.write_if_awaited(move |tx| ask::ask(tx, question)).await
    }

    async fn approval(&self, tenant: &Tenant, id: ApprovalId) -> Result<Option<Approval>> {
        let clock = self.clock.clone();
        let world = tenant.clone();
        let (found, now) = self
            .read(move |conn| Ok((rows::find(conn, &world, id)?, reckon(conn, &clock)?)))
            .await?;
        if !found.as_ref().is_some_and(|approval| expiry::is_due(approval, now)) {
            return Ok(found);
        }
        let tenant = tenant.clone();
        self.write(move |tx| {
            expiry::expire(tx, &tenant, id)?;
            rows::find(tx.conn, &tenant, id)
        })
        .await
    }

    async fn approvals(&self, filter: ApprovalFilter) -> Result<Vec<Approval>> {
        self.expire_due().await?;
        self.read(move |conn| query::approvals(conn, &filter)).await
    }

    async fn find_approvals(&self, tenant: &Tenant, part: &str) -> Result<Vec<ApprovalId>> {
        let (tenant, part) = (tenant.clone(), part.to_owned());
        self.read(move |conn| query::find(conn, &tenant, &part)).await
    }

    async fn earlier(&self, approval: &Approval) -> Result<Vec<Earlier>> {
        self.expire_due().await?;
        let approval = approval.clone();
        self.read(move |conn| query::earlier(conn, &approval)).await
    }

    async fn decide(&self, decision: Decision) -> Result<Either<Approval, NotDecided>> {
        let key = self.key.clone();
        self.write(move |tx| decide::decide(tx, &key, decision)).await
    }

    async fn redeem(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        token: Digest,
        by: &Principal,
    ) -> Result<Either<Approval, NotRedeemed>> {
        let (tenant, by) = (tenant.clone(), by.clone());
        self.write(move |tx| consume::redeem(tx, &tenant, id, token, &by)).await
    }

    async fn cancel(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Principal,
        reason: Option<String>,
    ) -> Result<Either<Approval, NotDecided>> {
        let (tenant, by) = (tenant.clone(), by.clone());
        self.write(move |tx| decide::cancel(tx, &tenant, id, &by, reason)).await
    }

    async fn consume(&self, request: ConsumeRequest) -> Result<Either<u64, NotConsumed>> {
        self.write_if_awaited(move |tx| consume::consume(tx, request)).await
    }

    async fn attach(&self, tenant: &Tenant, id: ApprovalId, session: SessionId) -> Result<()> {
        let tenant = tenant.clone();
        self.write(move |tx| ask::attach(tx, &tenant, id, session)).await
    }

    async fn leave(&self, tenant: &Tenant, id: ApprovalId, session: SessionId) -> Result<()> {
        let tenant = tenant.clone();
        self.write(move |tx| ask::leave(tx, &tenant, id, session)).await
    }

    async fn kept_answer(&self, tenant: &Tenant, id: ApprovalId) -> Result<Option<Vec<u8>>> {
        let tenant = tenant.clone();
        self.read(move |conn| calls::kept_answer(conn, &tenant, id)).await
    }

    async fn delivered(&self, tenant: &Tenant, id: ApprovalId) -> Result<()> {
        let tenant = tenant.clone();
        self.write(move |tx| calls::hand_over(tx, &tenant, id)).await
    }

    async fn sweep(&self) -> Result<u64> {
        self.sweep_all().await
    }

    async fn escalate(&self) -> Result<u64> {
        self.escalate_due().await
    }

    async fn open_session(&self, session: SessionInfo) -> Result<()> {
        self.write(move |tx| sessions::open(tx, &session)).await
    }

    async fn open_sessions(&self) -> Result<Vec<SessionInfo>> {
        self.read(sessions::list).await
    }

    async fn close_session(&self, id: SessionId, cause: &str) -> Result<Vec<OpenIntent>> {
        let cause = cause.to_owned();
        self.write(move |tx| sessions::close(tx, id, &cause)).await
    }

    async fn add_user(&self, user: User, token: Digest, by: &Principal) -> Result<bool> {
        let by = by.clone();
        self.write(move |tx| people::add(tx, &user, token, None, &by)).await
    }

    async fn users(&self) -> Result<Vec<User>> {
        self.read(people::list).await
    }

    async fn revoke_user(&self, tenant: &Tenant, name: &str, by: &Principal) -> Result<bool> {
        let (tenant, name, by) = (tenant.clone(), name.to_owned(), by.clone());
        self.write(move |tx| people::revoke(tx, &tenant, &name, &by)).await
    }

    async fn user_by_token(&self, token: Digest) -> Result<Option<User>> {
        self.read(move |conn| people::by_token(conn, token)).await
    }

    async fn pause(&self, tenant: &Tenant, agent: Option<&str>, by: &Principal) -> Result<()> {
        let (tenant, agent, by) = (tenant.clone(), agent.map(str::to_owned), by.clone());
        self.write(move |tx| paused::pause(tx, &tenant, agent.as_deref(), &by)).await
    }

    async fn unpause(&self, tenant: &Tenant, agent: Option<&str>, by: &Principal) -> Result<bool> {
        let (tenant, agent, by) = (tenant.clone(), agent.map(str::to_owned), by.clone());
        self.write(move |tx| paused::unpause(tx, &tenant, agent.as_deref(), &by)).await
    }

    async fn paused(&self, tenant: &Tenant) -> Result<Vec<Option<String>>> {
        let tenant = tenant.clone();
        self.read(move |conn| paused::paused(conn, &tenant)).await
    }

    async fn pins(&self, tenant: &Tenant, identity: Digest) -> Result<Vec<Pin>> {
        let tenant = tenant.clone();
        self.read(move |conn| pins::list(conn, &tenant, Some(identity))).await
    }

    async fn pin(&self, tenant: &Tenant, identity: Digest, tool: &str) -> Result<Option<Pin>> {
        let (tenant, tool) = (tenant.clone(), tool.to_owned());
        self.read(move |conn| pins::one(conn, &tenant, identity, &tool)).await
    }

    async fn all_pins(&self, tenant: &Tenant) -> Result<Vec<Pin>> {
        let tenant = tenant.clone();
        self.read(move |conn| pins::list(conn, &tenant, None)).await
    }

    async fn pins_version(&self) -> Result<u64> {
        match &self.glance {
            Some(conn) => pins::version(&conn.lock().unwrap_or_else(PoisonError::into_inner)),
            None => self.read(pins::version).await,
        }
    }

    async fn save_pins(&self, tenant: &Tenant, updates: Vec<PinUpdate>) -> Result<bool> {
        let tenant = tenant.clone();
        self.write(move |tx| pins::save(tx, &tenant, updates)).await
    }

    async fn policy_version(&self, tenant: &Tenant, digest: &str) -> Result<u64> {
        let (tenant, digest) = (tenant.clone(), digest.to_owned());
        self.write(move |tx| pins::policy_version(tx, &tenant, &digest)).await
    }

    async fn accept_clock(&self, tenant: &Tenant, by: &Principal) -> Result<()> {
        let (tenant, by) = (tenant.clone(), by.clone());
        self.write(move |tx| pins::accept_clock(tx, &tenant, &by)).await
    }
}
