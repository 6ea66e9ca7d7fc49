//! The clients of clusters, clouds, registries and package stores that are known, each with its nouns and with the verbs
//! that the lexicon does not know or takes for something else. Lists of words are text, split at blanks.

/// What is known of one client.
#[derive(Debug)]
pub struct Client {
    /// The program.
    pub name: &'static str,
    /// How many nouns may come before the verb.
    pub depth: usize,
    /// Its nouns; empty when there are too many to name and any unknown word may be one.
    pub nouns: &'static str,
    /// Its verbs that look and that the lexicon does not know, or takes for something else.
    pub reads: &'static str,
    /// True when only those count: its other words do not mean what they seem to (`cargo check` builds).
    pub own: bool,
    /// Options with which it only says what it would do, and the verbs for which that holds.
    pub dry: (&'static str, &'static str),
}

const NEVER: (&str, &str) = ("", "");

/// A client whose verbs mean what they say.
const fn client(
    name: &'static str,
    depth: usize,
    nouns: &'static str,
    reads: &'static str,
) -> Client {
    Client { name, depth, nouns, reads, own: false, dry: NEVER }
}

/// A client of which only the given verbs are known to look.
const fn own(name: &'static str, depth: usize, nouns: &'static str, reads: &'static str) -> Client {
    Client { name, depth, nouns, reads, own: true, dry: NEVER }
}

/// The nouns of container engines.
const DOCKER_NOUNS: &str = "
        builder buildx compose config container context image manifest network node plugin
        secret service stack swarm system volume
        ";
/// The verbs by which container engines look.
const DOCKER_READS: &str = "
        df diff events history images info inspect list logs ls port ps search stats top version
        ";

/// All of them, by name.
pub const CLIENTS: &[Client] = &[
    own("apt", 0, "", "list show search policy depends rdepends"),
    own("apt-cache", 0, "", "show search policy depends rdepends madison stats showpkg"),
    Client {
        dry: ("--dryrun", "cp mv rm sync"),
        ..client("aws", 1, "", "filter head batch-get ls")
    },
    client("az", 5, "", ""),
    client("borg", 0, "", "info list version"),
    own("bq", 0, "", "ls show head version"),
    own("brew", 0, "", "list ls info search desc leaves outdated deps uses config"),
    own("cargo", 0, "", "tree metadata search locate-project pkgid version help"),
    client(
        "circleci",
        1,
        "config context namespace orb pipeline policy project runner",
        "diagnostic info status version",
    ),
    own(
        "consul",
        2,
        "acl catalog config kv operator policy raft token",
        "get info list members list-peers nodes services datacenters version",
    ),
    own("dnf", 0, "", "list info search repolist provides check-update"),
    own("docker", 1, DOCKER_NOUNS, DOCKER_READS),
    own("docker-compose", 0, "", DOCKER_READS),
    client("doppler", 1, "activity configs environments projects secrets tokens", "me"),
    own("etcdctl", 1, "alarm auth endpoint member role user", "get list health status version"),
    own(
        "firebase",
        0,
        "",
        "projects:list apps:list functions:list functions:log hosting:sites:list",
    ),
    own(
        "fly",
        1,
        "apps machine machines regions releases secrets volumes",
        "list ls status logs info show version",
    ),
    own(
        "flyctl",
        1,
        "apps machine machines regions releases secrets volumes",
        "list ls status logs info show version",
    ),
    client("gcloud", 5, "", "info version tail"),
    own(
        "gh",
        1,
        "alias attestation auth cache codespace config extension gist gpg-key issue label org pr project release repo ruleset run secret ssh-key variable workflow",
        "checks diff list search status view watch",
    ),
    own("gitlab-runner", 0, "", "list status"),
    own(
        "glab",
        1,
        "ci issue label mr release repo runner schedule variable",
        "diff list status view",
    ),
    own("gsutil", 0, "", "ls cat stat du hash version"),
    own(
        "helm",
        1,
        "dependency plugin registry repo",
        "env get history list ls search show status version",
    ),
    Client {
        dry: (
            "--dry-run=client --dry-run=server",
            "annotate apply cordon create delete drain expose label patch replace run scale set taint",
        ),
        ..own(
            "kubectl",
            1,
            "auth config rollout certificate",
            "api-resources api-versions can-i current-context describe diff events explain get get-contexts get-clusters get-users history logs status top version view wait whoami",
        )
    },
    own("launchctl", 0, "", "list print"),
    own("localectl", 0, "", "status list-locales list-keymaps"),
    own(
        "loginctl",
        0,
        "",
        "list-sessions list-users show-session show-user session-status user-status",
    ),
    client(
        "nats",
        1,
        "account bucket con consumer context kv object server str stream",
        "info ls status",
    ),
    own("netlify", 0, "", "status sites:list env:list"),
    own("networkctl", 0, "", "list status lldp"),
    own(
        "nomad",
        1,
        "alloc deployment eval job namespace node server volume",
        "status members version list inspect logs history",
    ),
    own(
        "npm",
        1,
        "config",
        "list ls view show info outdated search why explain root prefix whoami ping get",
    ),
    own("op", 1, "account connect document group item template user vault", "get list read whoami"),
    own("pip", 0, "", "list show freeze check index"),
    own("pip3", 0, "", "list show freeze check index"),
    own("pnpm", 0, "", "list ls outdated why root"),
    own("podman", 1, DOCKER_NOUNS, DOCKER_READS),
    own(
        "rabbitmq-diagnostics",
        0,
        "",
        "ping status check_running check_alarms check_local_alarms check_port_connectivity check_virtual_hosts cluster_status listeners memory_breakdown server_version alarms os_env runtime_thread_stats environment",
    ),
    own("rabbitmqadmin", 0, "", "list show"),
    client("rabbitmqctl", 0, "", "cluster_status environment report status version"),
    Client {
        dry: (
            "--dry-run -n",
            "bisync cleanup copy copyto delete deletefile move moveto purge rmdir rmdirs sync",
        ),
        ..own(
            "rclone",
            0,
            "",
            "about cat check hashsum listremotes ls lsd lsf lsjson lsl md5sum sha1sum size tree version",
        )
    },
    own(
        "redis-cli",
        0,
        "",
        "dbsize exists get hget hgetall hkeys hlen info keys lindex llen lrange mget ping scan scard sismember smembers strlen ttl type zcard zrange zscore",
    ),
    own("restic", 1, "key", "cat check diff find list ls snapshots stats version"),
    own("resolvectl", 0, "", "query status statistics"),
    own("rustup", 1, "component target toolchain", "list show which check"),
    own("snap", 0, "", "list info find version connections changes"),
    own(
        "systemctl",
        0,
        "",
        "cat get-default help is-active is-enabled is-failed list-dependencies list-jobs list-sockets list-timers list-unit-files list-units show status",
    ),
    own("terraform", 1, "state workspace", "graph list output providers show validate version"),
    own("timedatectl", 0, "", "status show list-timezones timesync-status"),
    own("tmux", 0, "", "ls list-sessions list-windows list-panes"),
    own("tofu", 1, "state workspace", "graph list output providers show validate version"),
    client(
        "vault",
        2,
        "audit auth kv lease metadata namespace plugin policy secrets token",
        "status version",
    ),
    client(
        "velero",
        1,
        "backup backup-location plugin restore schedule snapshot-location",
        "logs version",
    ),
    own("vercel", 1, "domains env projects", "ls list inspect logs whoami"),
    own("yarn", 1, "config", "list info why outdated get"),
    own("yum", 0, "", "list info search repolist provides check-update"),
    own("zfs", 0, "", "list get"),
    own("zpool", 0, "", "list status iostat history get"),
];
