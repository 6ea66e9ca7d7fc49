//! Programs that only read, each with the options that would make it do more. A program is here only if everything else
//! it can be told to do is to look.

/// How far a program can be trusted to only look.
#[derive(Debug)]
pub struct Reader {
    /// Letters of options that make it do more.
    pub letters: &'static str,
    /// Long options that make it do more.
    pub names: &'static [&'static str],
    /// The most operands it may be given; a further one would be something to write or set.
    pub operands: usize,
}

const ANY: usize = usize::MAX;

/// Programs of which no argument does more than look.
const PLAIN: &[&str] = &[
    ":",
    "apropos",
    "arch",
    "b2sum",
    "base32",
    "base64",
    "basename",
    "basenc",
    "bzcat",
    "cal",
    "cat",
    "cd",
    "cksum",
    "cmp",
    "col",
    "colrm",
    "column",
    "comm",
    "cut",
    "df",
    "dirname",
    "du",
    "echo",
    "egrep",
    "exit",
    "expand",
    "expr",
    "factor",
    "false",
    "fgrep",
    "fmt",
    "fold",
    "free",
    "getconf",
    "getent",
    "grep",
    "groups",
    "head",
    "hexdump",
    "hostid",
    "id",
    "iostat",
    "join",
    "jq",
    "last",
    "lastlog",
    "locale",
    "logname",
    "ls",
    "lsblk",
    "lscpu",
    "lsmod",
    "lsof",
    "lspci",
    "lsusb",
    "md5sum",
    "mpstat",
    "nl",
    "nproc",
    "numfmt",
    "od",
    "paste",
    "pathchk",
    "pgrep",
    "pidof",
    "pmap",
    "printenv",
    "ps",
    "pstree",
    "pwd",
    "pwdx",
    "readelf",
    "readlink",
    "realpath",
    "return",
    "rev",
    "seq",
    "sha1sum",
    "sha224sum",
    "sha256sum",
    "sha384sum",
    "sha512sum",
    "shasum",
    "sleep",
    "size",
    "stat",
    "strings",
    "sum",
    "tac",
    "tail",
    "tr",
    "true",
    "tsort",
    "tty",
    "type",
    "uname",
    "unexpand",
    "uptime",
    "users",
    "vmstat",
    "w",
    "wc",
    "whatis",
    "whereis",
    "which",
    "who",
    "whoami",
    "xzcat",
    "zcat",
    "zegrep",
    "zfgrep",
    "zgrep",
    "break",
    "continue",
    "nm",
    "zstdcat",
    "gzcat",
    "md5",
    "sw_vers",
    "lsb_release",
    "lsns",
    "findmnt",
];

/// Programs of the shell itself that do nothing but compute.
const BUILTINS: &[&str] = &[
    ":", "[", "[[", "cd", "echo", "exit", "false", "printf", "pwd", "read", "set", "sleep", "test",
    "true", "type", "wait",
];

/// Programs with options that do more.
const GUARDED: &[(&str, Reader)] = &[
    ("ag", Reader { letters: "", names: &["pager"], operands: ANY }),
    (
        "bat",
        Reader {
            letters: "",
            names: &["pager", "paging", "config-file", "generate-config-file", "diagnostic"],
            operands: ANY,
        },
    ),
    ("date", Reader { letters: "s", names: &["set"], operands: 1 }),
    ("diff", Reader { letters: "", names: &["to-program"], operands: ANY }),
    ("diff3", Reader { letters: "", names: &["diff-program"], operands: ANY }),
    ("dig", Reader { letters: "fk", names: &[], operands: ANY }),
    (
        "dmesg",
        Reader {
            letters: "cCDEnH",
            names: &["human", "clear", "read-clear", "console-off", "console-on", "console-level"],
            operands: 0,
        },
    ),
    ("eza", Reader { letters: "", names: &[], operands: ANY }),
    ("fd", Reader { letters: "xX", names: &["exec", "exec-batch"], operands: ANY }),
    ("file", Reader { letters: "C", names: &["compile"], operands: ANY }),
    ("hash", Reader { letters: "prd", names: &[], operands: ANY }),
    ("history", Reader { letters: "cdawrnps", names: &[], operands: 1 }),
    ("host", Reader { letters: "", names: &[], operands: 2 }),
    ("hostname", Reader { letters: "Fb", names: &["file", "boot"], operands: 0 }),
    ("hostnamectl", Reader { letters: "", names: &["root"], operands: 0 }),
    (
        "info",
        Reader {
            letters: "o",
            names: &["output", "init-file", "dribble", "restore"],
            operands: ANY,
        },
    ),
    (
        "journalctl",
        Reader {
            letters: "",
            names: &[
                "vacuum-size",
                "vacuum-time",
                "vacuum-files",
                "rotate",
                "flush",
                "sync",
                "relinquish-var",
                "smart-relinquish-var",
                "setup-keys",
                "update-catalog",
                "cursor-file",
            ],
            operands: ANY,
        },
    ),
    (
        "man",
        Reader {
            letters: "PHCpTXR",
            names: &[
                "pager",
                "html",
                "browser",
                "config-file",
                "preprocessor",
                "gxditview",
                "recode",
            ],
            operands: ANY,
        },
    ),
    ("netstat", Reader { letters: "", names: &[], operands: ANY }),
    ("nslookup", Reader { letters: "", names: &[], operands: 2 }),
    ("ping", Reader { letters: "fl", names: &["flood", "preload"], operands: ANY }),
    ("rg", Reader { letters: "", names: &["pre", "hostname-bin", "search-zip"], operands: ANY }),
    ("ss", Reader { letters: "KD", names: &["kill", "diag"], operands: ANY }),
    (
        "sort",
        Reader {
            letters: "oT",
            names: &["output", "compress-program", "temporary-directory"],
            operands: ANY,
        },
    ),
    ("tree", Reader { letters: "oR", names: &["output"], operands: ANY }),
    ("uniq", Reader { letters: "", names: &[], operands: 1 }),
    ("whois", Reader { letters: "", names: &[], operands: 1 }),
    (
        "xmllint",
        Reader {
            letters: "",
            names: &["output", "shell", "load-trace", "catalogs", "valid"],
            operands: ANY,
        },
    ),
    ("xxd", Reader { letters: "r", names: &["revert"], operands: 1 }),
    ("zipinfo", Reader { letters: "", names: &[], operands: ANY }),
];

/// Programs whose operands leave the machine: none may be computed, or it would carry what it was computed from.
const ASKING: &[&str] = &["dig", "host", "nslookup", "ping", "whois"];

/// True for a program whose operands leave the machine.
pub fn asks_others(name: &str) -> bool {
    ASKING.contains(&name)
}

/// True for a program of which no argument does more than look.
pub fn is_plain(name: &str) -> bool {
    PLAIN.contains(&name)
}

/// True for what the shell computes itself.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name)
}

/// The rules of a program that looks unless told otherwise.
pub fn guarded(name: &str) -> Option<&'static Reader> {
    GUARDED.iter().find(|(known, _)| *known == name).map(|(_, reader)| reader)
}
