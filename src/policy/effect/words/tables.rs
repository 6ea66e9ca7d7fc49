//! The words themselves: plain English and the vocabulary of operations. No word is here because some server uses it.

/// Verbs that only look.
pub const READS: &str = "
    analyse analyze ascertain assess browse calculate cat classify compare compute count decode
    describe detect determine diagnose diff discover display echo encode enumerate estimate
    examine explain explore fetch find get grep identify inspect introspect investigate is
    locate lookup ls measure observe parse peek poll predict read recall recommend retrieve scan
    show stat suggest summarise summarize tail tell tokenize validate verify whoami
";

/// Words that look, and are as often the thing looked at.
pub const READS_OR_NOUNS: &str = "
    audit check list monitor overview ping preview query search view watch
";

/// Verbs that change something.
pub const WRITES: &str = "
    accept ack acknowledge acquire activate add adjust adopt allocate allow amend annotate
    answer append apply approve arm ask assign associate attach authorise authorize autofix
    backfill ban bind bump cancel close complete compress configure confirm connect consume
    convert create decline decompress decrease decrypt define demote deny deprecate dequeue
    detach dial disallow disarm disassociate dismiss drag edit elevate enable encrypt enqueue
    enrol enroll ensure escalate establish extend fill finalise finalize finish heal hide hover
    impersonate implement inc incr increase increment ingest initialise initialize insert join
    kick leave lower make mark migrate mint modify move mute mv nack navigate nudge onboard
    optimise optimize override overwrite pause persist pop populate prepend prioritise
    prioritize promote provision put react rebase reboot rebuild reconcile reconfigure recover
    redeploy refactor register reindex reject remember rename renew reopen reorder repair
    replace reply reprioritise reprioritize requeue rerun reschedule resize respond restart
    resume retract return revert rewrite rotate save scroll seed set setup squash stake start
    stop store subscribe suspend synchronise synchronize toggle touch train transition tune turn
    unarchive unassign unban unblock undelete undo unfollow unhide unlink unlock unmount unmute
    unpause unpin unstar unsubscribe unwatch unzip update upgrade upsert vacuum write
";

/// Words that change something, and are as often a noun.
pub const WRITES_OR_NOUNS: &str = "
    archive assume backup block book bookmark branch build bundle change checkout checkpoint
    claim click clone commit copy deploy download draft duplicate export fix flag follow fork
    format freeze grant import index input install issue label like link load lock log login
    logout map merge mount note open order patch pin plan press print process pull push queue
    raise rate record release replay report request reserve reset resolve restore retry review
    rollback route scale schedule select sign skip snapshot split stage star stash state stream
    submit swap switch sync tag task track type upload upvote vote
";

/// Verbs after which something is gone.
pub const DESTROYS: &str = "
    annihilate clear deactivate decommission delete deprovision deregister destroy disable
    discard drain drop empty erase evict expunge flush forget halt invalidate kill nuke
    obliterate prune purge remove revoke rm rmdir shred shutdown terminate trash truncate
    uninstall unpublish unregister wipe zap
";

/// Verbs that run what they are given.
pub const EXECUTES: &str = "
    eval evaluate exec execute invoke spawn
";

/// Words that run something, and are as often a noun.
pub const EXECUTES_OR_NOUNS: &str = "
    bash call launch run shell terminal trigger
";

/// Verbs that move money.
pub const PAYS: &str = "
    buy disburse donate pay purchase reimburse withdraw
";

/// Words that move money, and are as often a noun.
pub const PAYS_OR_NOUNS: &str = "
    bid charge deposit invoice payment payout refund sell spend trade transfer
";

/// Verbs after which somebody else has it.
pub const SENDS: &str = "
    announce broadcast dispatch emit invite notify publish remind send share
";

/// Words that reach somebody else, and are as often a noun.
pub const SENDS_OR_NOUNS: &str = "
    alert comment dm email fax forward mail message page post sms text tweet
";

/// Nouns of things that are only ever looked at: a name that ends in one and has no verb reads it.
pub const LOOKED_AT: &str = "
    availability count counts definition definitions detail details docs documentation examples
    forecast guidance guide guidelines health help history info information instructions
    metadata metrics overview practices properties readme sample schema statistics stats status
    summary usage version whoami
";

/// Nouns that make a thing of the verb before them (`create_options`, `delete_marker`, `write_access`).
pub const VERBS_AS_NOUNS: &str = "
    access at capabilities capability count date details detection error errors event events
    failures form history info lag limit limits link links log logs marker markers marketplace
    marks meta metadata operation operations option options permission permissions policies
    policy progress queue quota request requests result results rule rules schema screen stats
    status stream target targets template templates time timestamp type types url
";

/// Words that begin a doing even when a look follows: `trigger_scan`, `export_list`, `schedule_check`.
pub const DOING_FIRST: &str = "
    book build call click deploy download export fork forward import install launch load lock
    merge open press pull push request reset resolve restore run schedule select submit switch
    trigger upload
";
