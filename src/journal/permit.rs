//! Proof that the decision to send is on disk.
//!
//! Its fields are private and its only maker is the journal, so "nothing is sent without a record, and one
//! record sends once" is checked by the compiler: it is neither `Clone` nor made anywhere else, and turning
//! it into a line uses it up.
//!
//! ```compile_fail
//! // E0451: the fields are private. If this ever compiles, anybody can forge a permit.
//! fn forge(receipt: countersign::journal::Receipt) -> countersign::journal::Permit {
//!     countersign::journal::Permit { receipt, passed: countersign::journal::Passed::default() }
//! }
//! ```
//!
//! ```compile_fail
//! // A permit cannot be used twice.
//! fn twice(permit: countersign::journal::Permit) {
//!     let _ = permit.into_line(1, false);
//!     let _ = permit.into_line(2, false);
//! }
//! ```

use crate::domain::approval::Approval;
use crate::domain::call::{Call, Method};
use crate::domain::id::{ApprovalId, CorrelationId, RunId};
use crate::domain::json::{Canonical, Node};
use crate::domain::ruling::Tier;
use std::borrow::Cow;

/// What may go on of the client's `_meta`: names from a fixed list, values in the strict reader's form.
#[derive(Debug, Clone, Default)]
pub struct Passed {
    /// `traceparent`, `tracestate`, `baggage`: the values as read.
    pub trace: Vec<(&'static str, Canonical)>,
    /// Names that were left out.
    pub dropped: Vec<String>,
}

/// The names of `_meta` members that go on.
pub const PASSED: [&str; 3] = ["traceparent", "tracestate", "baggage"];

/// Proof that the decision to send this call is durable. Used up by sending.
#[derive(Debug)]
pub struct Permit {
    receipt: Receipt,
    passed: Passed,
}

/// What remains of a permit once it was used: enough to record the outcome, too little to send again.
#[derive(Debug)]
pub struct Receipt {
    seq: u64,
    call: Call,
    approval: Option<ApprovalId>,
    of: Option<(RunId, u32)>,
    correlation: CorrelationId,
    tier: Tier,
}

/// Which step of which run a call is.
#[derive(Debug, Clone, Copy)]
pub struct StepOf {
    /// The run.
    pub run: RunId,
    /// Its step.
    pub step: u32,
    /// The story of the run.
    pub correlation: CorrelationId,
    /// Whether the run needed a yes, so that its steps have grants.
    pub granted: bool,
}

impl Permit {
    /// Only the journal mints, and only after a commit.
    pub(in crate::journal) fn mint(
        seq: u64,
        call: Call,
        correlation: CorrelationId,
        tier: Tier,
        passed: Passed,
    ) -> Self {
        let receipt = Receipt { seq, call, approval: None, of: None, correlation, tier };
        Self { receipt, passed }
    }

    /// The same for a call that a person said yes to; it may be a step that goes once more.
    pub(in crate::journal) fn mint_approved(
        seq: u64,
        call: Call,
        approval: &Approval,
        tier: Tier,
        passed: Passed,
    ) -> Self {
        let (of, correlation) = (approval.subject.step(), approval.correlation);
        let receipt = Receipt { seq, call, approval: Some(approval.id), of, correlation, tier };
        Self { receipt, passed }
    }

    /// The same for a step of a run. Its answer is kept for nobody, so it names no question.
    pub(in crate::journal) fn mint_step(
        seq: u64,
        call: Call,
        of: StepOf,
        tier: Tier,
        passed: Passed,
    ) -> Self {
        let StepOf { run, step, correlation, .. } = of;
        let of = Some((run, step));
        let receipt = Receipt { seq, call, approval: None, of, correlation, tier };
        Self { receipt, passed }
    }

    /// The call it permits.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.receipt.call
    }

    /// The one line to send, newline included, under the sender's request id; that id is also the progress
    /// token when `progress` is wanted. Uses the permit up.
    #[must_use]
    pub fn into_line(self, id: u64, progress: bool) -> (Vec<u8>, Receipt) {
        let Self { receipt, passed } = self;
        let parts = receipt.call.parts();
        let arguments = parts.arguments.as_ref().map(Canonical::as_bytes);
        let mut line = Vec::with_capacity(160 + arguments.map_or(0, <[u8]>::len));
        line.extend_from_slice(
            format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"{}","params":"#,
                parts.method.as_str()
            )
            .as_bytes(),
        );
        let mut members = Members::open(&mut line);
        match parts.method {
            Method::ToolsCall | Method::PromptsGet => {
                members.text("name", &parts.tool);
                if let Some(bytes) = arguments {
                    members.raw("arguments", bytes);
                }
            }
            Method::ResourcesRead => members.text("uri", &parts.tool),
            // Their arguments are the members of params, put together by the front from parsed parts.
            Method::ToolsList
            | Method::ResourcesList
            | Method::ResourceTemplatesList
            | Method::PromptsList
            | Method::Complete => members.splice(arguments.unwrap_or(b"{}")),
        }
        if progress || !passed.trace.is_empty() {
            members.key("_meta");
            let mut meta = Members::open(members.out);
            for (name, value) in &passed.trace {
                meta.raw(name, value.as_bytes());
            }
            if progress {
                meta.raw("progressToken", id.to_string().as_bytes());
            }
            meta.close();
        }
        members.close();
        line.extend_from_slice(b"}\n");
        (line, receipt)
    }
}

impl Receipt {
    /// Place of the `call.permitted` row.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The call that was sent.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The yes that was used.
    #[must_use]
    pub fn approval(&self) -> Option<ApprovalId> {
        self.approval
    }

    /// The step of a run that was sent.
    #[must_use]
    pub fn step(&self) -> Option<(RunId, u32)> {
        self.of
    }

    /// Whether its outcome must be on record before anything else happens: somebody said yes to it.
    #[must_use]
    pub fn settles_first(&self) -> bool {
        self.of.is_some() || self.approval.is_some()
    }

    /// The story it belongs to.
    #[must_use]
    pub fn correlation(&self) -> CorrelationId {
        self.correlation
    }

    /// How grave it was.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }
}

/// Writes the members of one JSON object.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Members<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    fn key(&mut self, name: &str) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        Node::String(Cow::Borrowed(name)).write(self.out);
        self.out.push(b':');
    }

    fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        Node::String(Cow::Borrowed(value)).write(self.out);
    }

    fn raw(&mut self, name: &str, value: &[u8]) {
        self.key(name);
        self.out.extend_from_slice(value);
    }

    /// Takes over the members of a compact object.
    fn splice(&mut self, object: &[u8]) {
        let inner =
            object.strip_prefix(b"{").and_then(|o| o.strip_suffix(b"}")).unwrap_or_default();
        if !inner.is_empty() {
            if !self.empty {
                self.out.push(b',');
            }
            self.empty = false;
            self.out.extend_from_slice(inner);
        }
    }

    fn close(self) {
        self.out.push(b'}');
    }
}
