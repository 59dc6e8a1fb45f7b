//! Events that are kept and not in the tables yet: two files beside the database, to which each batch
//! is one write and one wait for the disk.
//!
//! Each event is a line of text: a checksum, and what [`Line`] has. A line that the disk did not take
//! whole has another checksum, and is passed over: nobody was answered for it.
//!
//! One file takes lines; the other one is empty, or waits until the tables have all that it says.
//! Events may be read in any order, so neither has to tell which is the older one.
//!
//! What a file says ends with a mark. Behind it is room, or what stood there before: a disk takes what
//! is written over sooner than what makes a file longer, which changes its inode as well. If the
//! disk loses a mark and that is read again, nothing changes: the tables have it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use offhook_core::{EventId, SourceId};
use offhook_store::StoreError;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

use super::replace::sync_folder;
use super::rows::EventWrite;

/// Once so many bytes stand in a file, the other one takes the next lines if it can.
const FULL: usize = 8 * 1024 * 1024;
/// A file grows by so many bytes at once.
const ROOM: usize = 64 * 1024;
/// Where a file says no more. No line has it: JSON has no raw control characters.
const END: u8 = 0;
/// How many digits a checksum has.
const SUM: usize = 8;
const ENDINGS: [&str; 2] = ["-events-1", "-events-2"];

/// An event on the disk.
#[derive(Debug)]
pub(super) struct Line {
    /// Who reported it.
    pub(super) source_id: i64,
    /// What goes into the table.
    pub(super) event: EventWrite,
}

/// The files of one database, which only this process writes. Whoever uses them waits for the disk
/// on its own thread: the way to another one and back takes as long.
#[derive(Debug)]
pub(super) struct EventLog {
    database: PathBuf,
    files: [Option<LogFile>; 2],
    /// Which of them takes lines.
    taking: usize,
}

impl EventLog {
    /// The files of this database, which are made when they are needed.
    pub(super) fn of(database: &Path) -> Self {
        Self {
            database: database.to_owned(),
            files: [None, None],
            taking: 0,
        }
    }

    /// Adds lines, and waits until they are on the disk. After an error they are not there, or may
    /// be there.
    pub(super) fn append(&mut self, lines: Vec<u8>) -> Result<(), StoreError> {
        let file = self.opened(self.taking)?;
        waiting(|| file.append(lines))
    }

    /// Lets the other file take what comes next, if this one is full and that one empty; whether it
    /// does. The full one is to be [emptied](Self::empty_full) once the tables have all that it says.
    pub(super) fn turn_over(&mut self) -> bool {
        let other = 1 - self.taking;
        let turns = self.length(self.taking) >= FULL && self.length(other) == 0;
        if turns {
            self.taking = other;
        }
        turns
    }

    /// Whether both are full: the one that takes lines goes on growing.
    pub(super) fn is_full(&self) -> bool {
        self.length(self.taking) >= FULL && self.length(1 - self.taking) > 0
    }

    /// Empties the file that takes no lines.
    pub(super) fn empty_full(&mut self) -> Result<(), StoreError> {
        self.empty_one(1 - self.taking)
    }

    /// Empties both, and makes them where they are missing: no event has to wait for that.
    pub(super) fn empty(&mut self) -> Result<(), StoreError> {
        (0..ENDINGS.len()).try_for_each(|place| self.empty_one(place))
    }

    /// Empties both, and leaves nothing of what stood there.
    pub(super) fn clear(&mut self) -> Result<(), StoreError> {
        (0..ENDINGS.len()).try_for_each(|place| {
            let file = self.opened(place)?;
            waiting(|| file.clear())
        })
    }

    /// Makes those that are missing, and leaves the others as they are.
    pub(super) fn make(&mut self) -> Result<(), StoreError> {
        (0..ENDINGS.len()).try_for_each(|place| self.opened(place).map(drop))
    }

    fn empty_one(&mut self, place: usize) -> Result<(), StoreError> {
        let file = self.opened(place)?;
        waiting(|| file.empty())
    }

    /// Whether nothing stands in them, as far as this process knows.
    pub(super) fn is_empty(&self) -> bool {
        (0..ENDINGS.len()).all(|place| self.length(place) == 0)
    }

    /// What stands in them.
    pub(super) fn read(&self) -> Result<Vec<Line>, StoreError> {
        waiting(|| read(&self.database))
    }

    /// Takes them away.
    pub(super) fn remove(&mut self) -> Result<(), StoreError> {
        self.files = [None, None];
        waiting(|| remove(&self.database))
    }

    fn length(&self, place: usize) -> usize {
        self.files[place].as_ref().map_or(0, |file| file.length)
    }

    fn opened(&mut self, place: usize) -> Result<&mut LogFile, StoreError> {
        match &mut self.files[place] {
            Some(file) => Ok(file),
            none => Ok(none.insert(waiting(|| LogFile::open(&self.database, place))?)),
        }
    }
}

#[derive(Debug)]
struct LogFile {
    file: File,
    /// How many bytes this process has said in it.
    length: usize,
    /// How many bytes it has on the disk, as far as this process made them.
    room: usize,
}

impl LogFile {
    fn open(database: &Path, place: usize) -> io::Result<Self> {
        let path = path(database, place);
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        // It holds people's numbers.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        // A file counts once its name is on the disk, too.
        sync_folder(&path)?;
        Ok(Self {
            file,
            length: 0,
            room: 0,
        })
    }

    fn append(&mut self, mut lines: Vec<u8>) -> io::Result<()> {
        let length = self.length + lines.len();
        let mut end = length + 1;
        if end > self.room {
            end = end.next_multiple_of(ROOM);
        }
        lines.resize(end - self.length, END);
        let written = self.write(&lines).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // The same disk may not take this either: then the line is found to be torn.
            self.write(&[END]).ok();
        }
        written?;
        (self.length, self.room) = (length, self.room.max(end));
        Ok(())
    }

    fn empty(&mut self) -> io::Result<()> {
        self.length = 0;
        // What is not there yet needs no mark, and a full disk may not take one.
        if self.room > 0 {
            self.write(&[END])?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        (self.length, self.room) = (0, 0);
        self.file.set_len(0)
    }

    /// Behind what it says.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length as u64))?;
        self.file.write_all(bytes)
    }
}

/// What waits for the disk, which must not be the turn of those who wait for something else.
fn waiting<T>(work: impl FnOnce() -> io::Result<T>) -> Result<T, StoreError> {
    let done = match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        _ => work(),
    };
    done.map_err(|error| StoreError::Unavailable(format!("the event log: {error}")))
}

/// What stands in the files of a database, also beside a process that writes them.
pub(super) fn read(database: &Path) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for place in 0..ENDINGS.len() {
        let text = said(database, place)?;
        lines.extend(text.split(|byte| *byte == b'\n').filter_map(Line::parse));
    }
    Ok(lines)
}

/// Whether anything stands in the files of a database.
pub(super) fn has_lines(database: &Path) -> io::Result<bool> {
    for place in 0..ENDINGS.len() {
        if !said(database, place)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a file says.
fn said(database: &Path, place: usize) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    match File::open(path(database, place)) {
        Ok(file) => BufReader::new(file).read_until(END, &mut said)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    said.pop_if(|last| *last == END);
    Ok(said)
}

/// Takes the files of a database away, and waits until that is on the disk.
pub(super) fn remove(database: &Path) -> io::Result<()> {
    for place in 0..ENDINGS.len() {
        match std::fs::remove_file(path(database, place)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync_folder(database)
}

fn path(database: &Path, place: usize) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ENDINGS[place]);
    path.into()
}

impl Line {
    /// Adds it to a text.
    pub(super) fn write(id: EventId, source: SourceId, event: &EventWrite, text: &mut Vec<u8>) {
        let begin = text.len();
        let EventWrite { call, at, body, .. } = event;
        // Room for the checksum first. Writing into memory never fails.
        writeln!(text, "00000000 {:032x} {call} {source} {at} {body}", id.0).ok();
        let sum = crc32fast::hash(&text[begin + SUM + 1..text.len() - 1]);
        write!(&mut text[begin..begin + SUM], "{sum:08x}").ok();
    }

    /// None when it is not a whole line.
    fn parse(line: &[u8]) -> Option<Self> {
        let (sum, said) = line.split_at_checked(SUM + 1)?;
        let sum = u32::from_str_radix(std::str::from_utf8(&sum[..SUM]).ok()?, 16).ok()?;
        if sum != crc32fast::hash(said) {
            return None;
        }
        let mut parts = std::str::from_utf8(said).ok()?.splitn(5, ' ');
        let id = u128::from_str_radix(parts.next()?, 16).ok()?;
        let call = parts.next()?.parse().ok()?;
        let source_id = parts.next()?.parse().ok()?;
        let event = EventWrite {
            id: id.to_be_bytes().to_vec(),
            call,
            at: parts.next()?.parse().ok()?,
            body: parts.next()?.to_owned(),
        };
        Some(Self { source_id, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u128, body: &str) -> EventWrite {
        EventWrite {
            id: id.to_be_bytes().to_vec(),
            call: 7,
            at: -5,
            body: body.to_owned(),
        }
    }

    fn lines(events: &[(u128, &str)]) -> Vec<u8> {
        let mut lines = Vec::new();
        for (id, body) in events {
            Line::write(EventId(*id), SourceId(3), &row(*id, body), &mut lines);
        }
        lines
    }

    fn bodies(database: &Path) -> Vec<String> {
        let lines = read(database).unwrap();
        lines.into_iter().map(|line| line.event.body).collect()
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let text = lines(&[(u128::MAX - 1, r#"{"kind":"newCall","from":"ä b"}"#)]);
        let line = Line::parse(&text[..text.len() - 1]).unwrap();
        assert_eq!(line.source_id, 3);
        assert_eq!(line.event.id, (u128::MAX - 1).to_be_bytes());
        assert_eq!((line.event.call, line.event.at), (7, -5));
        assert_eq!(line.event.body, r#"{"kind":"newCall","from":"ä b"}"#);
    }

    #[test]
    fn a_line_that_is_not_whole_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let whole = lines(&[(1, "{}"), (2, r#"{"a":1}"#), (3, "[]")]);
        assert!(!has_lines(&database).unwrap() && bodies(&database).is_empty());
        for length in 0..=whole.len() {
            std::fs::write(path(&database, 1), &whole[..length]).unwrap();
            let ends = whole[..length].iter().filter(|byte| **byte == b'\n');
            let found = bodies(&database);
            // All but the newline is enough.
            assert!((ends.clone().count()..=ends.count() + 1).contains(&found.len()));
            assert_eq!(found, ["{}", r#"{"a":1}"#, "[]"][..found.len()]);
        }
        // A torn one harms none after it.
        let mut torn = whole;
        torn[20] ^= 1;
        std::fs::write(path(&database, 1), torn).unwrap();
        assert_eq!(bodies(&database), [r#"{"a":1}"#, "[]"]);
    }

    /// What takes writes and has no disk to wait for.
    #[cfg(unix)]
    #[test]
    fn lines_are_there_once_the_disk_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        std::os::unix::fs::symlink("/dev/null", path(&database, 0)).unwrap();
        let mut log = EventLog::of(&database);
        let kept = log.append(lines(&[(1, "{}")]));
        assert!(matches!(kept, Err(StoreError::Unavailable(_))), "{kept:?}");
        assert!(log.is_empty());
    }

    #[test]
    fn files_are_there_before_the_first_event() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = EventLog::of(&folder.path().join("x.db"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        log.empty().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn lines_are_written_over_old_ones() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let mut log = EventLog::of(&database);
        log.append(lines(&[(1, "{}"), (2, "{}"), (3, "{}")]))
            .unwrap();
        let size = || std::fs::metadata(path(&database, 0)).unwrap().len();
        let before = size();
        log.empty().unwrap();
        assert_eq!(bodies(&database), [""; 0]);
        log.append(lines(&[(4, "[4]")])).unwrap();
        log.append(lines(&[(5, "[5]")])).unwrap();
        assert_eq!(bodies(&database), ["[4]", "[5]"]);
        assert_eq!(size(), before);
    }

    #[test]
    fn nothing_stays_in_what_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        EventLog::of(&database)
            .append(lines(&[(1, "{}"), (2, "{}")]))
            .unwrap();
        // As after a crash.
        let mut log = EventLog::of(&database);
        log.clear().unwrap();
        assert_eq!(std::fs::read(path(&database, 0)).unwrap(), b"");
        log.append(lines(&[(3, "[3]")])).unwrap();
        assert_eq!(bodies(&database), ["[3]"]);
    }

    #[test]
    fn the_other_file_takes_over_from_a_full_one() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let mut log = EventLog::of(&database);
        let long = "x".repeat(1024 * 1024);
        let mut id = 0;
        while !log.turn_over() {
            id += 1;
            log.append(lines(&[(id, &long)])).unwrap();
        }
        log.append(lines(&[(100, "{}")])).unwrap();
        assert_eq!(bodies(&database).len() as u128, id + 1);
        log.empty_full().unwrap();
        assert_eq!(bodies(&database), ["{}"]);
        log.empty().unwrap();
        assert!(log.is_empty() && !has_lines(&database).unwrap());
        log.append(lines(&[(101, "[]")])).unwrap();
        assert_eq!(bodies(&database), ["[]"]);
        log.remove().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
