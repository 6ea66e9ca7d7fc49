//! What it was measured on.

use crate::physical::Disk;
use std::path::Path;

fn first_line(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").trim().to_owned()
}

/// The load of the last minute.
pub(crate) fn load() -> String {
    let line = first_line("/proc/loadavg");
    line.split(' ').next().unwrap_or_default().to_owned()
}

/// A list in Markdown.
pub(crate) fn describe(folder: &Path, load_before: &str) -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name))
        .unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut disk = Disk::new(folder, 4_096);
    let date = jiff::Timestamp::now().to_string();
    format!(
        "* date: {}\n* processor: {model}, {cores} cores\n* kernel: {}\n\
         * disk: one write of 4 KiB with fdatasync takes {:.0} us (median of 200)\n\
         * load: {load_before} before, {} after\n",
        date.get(..10).unwrap_or(&date),
        first_line("/proc/sys/kernel/osrelease"),
        disk.median(200),
        load(),
    )
}
