//! What the disk itself takes: one write of so many bytes and an fdatasync, where a log would put them.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// A file that was written whole before, as a log is once it was emptied for the first time.
pub(crate) struct Disk {
    file: File,
    at: u64,
    bytes: Vec<u8>,
}

const SIZE: u64 = 4 * 1024 * 1024;

impl Disk {
    pub(crate) fn new(folder: &Path, bytes: usize) -> Self {
        let path = folder.join(format!("physical-{bytes}"));
        let file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(path)
            .expect("a file to write to");
        file.write_all_at(&vec![1; SIZE as usize], 0).expect("room for it");
        file.sync_all().expect("a disk");
        Self { file, at: 0, bytes: vec![2; bytes] }
    }

    /// How many bytes at once.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// One write and one fdatasync.
    pub(crate) fn once(&mut self) -> Duration {
        if self.at + self.bytes.len() as u64 > SIZE {
            self.at = 0;
        }
        let begun = Instant::now();
        self.file.write_all_at(&self.bytes, self.at).expect("written");
        self.file.sync_data().expect("on the disk");
        self.at += self.bytes.len() as u64;
        begun.elapsed()
    }

    /// Median of so many, in microseconds.
    pub(crate) fn median(&mut self, count: usize) -> f64 {
        let mut took: Vec<Duration> = (0..count).map(|_| self.once()).collect();
        crate::report::quantile(&mut took, 0.5)
    }
}

/// How far the log of the store in this home has grown.
pub(crate) fn log_size(home: &Path) -> u64 {
    std::fs::metadata(home.join("countersign.db-wal")).map_or(0, |meta| meta.len())
}
