use std::io::{BufRead, BufReader};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::process::ChildStderr;
use tokio::sync::watch;

/// What a server logs, over all its starts.
pub(crate) struct Log {
    level: String,
    text: Arc<Mutex<String>>,
    /// Told of every line.
    lines: watch::Sender<()>,
    /// Takes in what the last start logs.
    reader: Option<JoinHandle<()>>,
}

impl Log {
    /// Nothing yet; `level` is what `RUST_LOG` is to be.
    pub(crate) fn of_level(level: &str) -> Self {
        Self {
            level: level.to_owned(),
            text: Arc::default(),
            lines: watch::Sender::new(()),
            reader: None,
        }
    }

    pub(crate) fn level(&self) -> &str {
        &self.level
    }

    pub(crate) fn text(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.clone()
    }

    /// Takes in what is written here. On a thread of its own: a server whose log nobody reads stands
    /// still, and a test may wait for it on its only one.
    pub(crate) fn follow(&mut self, stderr: ChildStderr) {
        let pipe = stderr.into_owned_fd().expect("a pipe");
        let (text, lines) = (Arc::clone(&self.text), self.lines.clone());
        self.end();
        self.reader = Some(std::thread::spawn(move || {
            for line in BufReader::new(std::fs::File::from(pipe)).split(b'\n') {
                let Ok(line) = line else { return };
                let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&String::from_utf8_lossy(&line));
                text.push('\n');
                drop(text);
                lines.send_replace(());
            }
        }));
    }

    /// Takes in the rest, once the server has ended.
    pub(crate) fn end(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("a whole log");
        }
    }

    /// Looks at once, and again after every line, until there is an answer.
    pub(crate) async fn looking<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let mut lines = self.lines.subscribe();
        loop {
            lines.borrow_and_update();
            if let Some(answer) = look().await {
                return answer;
            }
            // Its own sender lives as long as it does.
            lines.changed().await.expect("a log");
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server logged:\n{}", self.text());
        }
    }
}
