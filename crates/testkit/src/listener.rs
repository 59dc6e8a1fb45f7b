use futures_util::StreamExt;
use reqwest::Response;
use serde_json::Value;

use crate::PATIENCE;

/// A browser's open stream.
pub struct Listener {
    stream: std::pin::Pin<Box<dyn futures_util::Stream<Item = Vec<u8>> + Send>>,
    buffer: String,
    /// The last id heard.
    pub last_id: String,
}

/// One event of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// `call`, `ring`, `pop`, `resync`; empty for a line with an id and no data.
    pub name: String,
    /// Its id.
    pub id: String,
    /// What it says.
    pub data: Value,
}

impl Listener {
    pub(crate) fn new(response: Response) -> Self {
        // A stream that breaks ends.
        let stream = futures_util::stream::unfold(response, |mut response| async {
            let chunk = response.chunk().await.ok().flatten()?;
            Some((chunk.to_vec(), response))
        });
        Self {
            stream: Box::pin(stream),
            buffer: String::new(),
            last_id: String::new(),
        }
    }

    /// The next event, lines without data included; none when the stream has ended.
    pub async fn next_line(&mut self) -> Option<Heard> {
        let next = async {
            loop {
                if let Some(end) = self.buffer.find("\n\n") {
                    let heard = parse(&self.buffer[..end]);
                    self.buffer.drain(..end + 2);
                    self.last_id.clone_from(&heard.id);
                    return Some(heard);
                }
                let chunk = self.stream.next().await?;
                self.buffer.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        tokio::time::timeout(PATIENCE, next)
            .await
            .expect("the stream says something")
    }

    /// The next event with data; fails when the stream ends.
    pub async fn next(&mut self) -> Heard {
        loop {
            let heard = self.next_line().await.expect("the stream goes on");
            if !heard.name.is_empty() {
                return heard;
            }
        }
    }

    /// Listens until an event of this name comes, and answers it with those before it.
    pub async fn until(&mut self, name: &str) -> (Heard, Vec<Heard>) {
        let mut before = Vec::new();
        loop {
            let heard = self.next().await;
            if heard.name == name {
                return (heard, before);
            }
            before.push(heard);
        }
    }

    /// Waits for the end of the stream.
    pub async fn ended(&mut self) {
        while self.next_line().await.is_some() {}
    }
}

fn parse(block: &str) -> Heard {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    let data = field("data: ");
    Heard {
        name: field("event: "),
        id: field("id: "),
        data: if data.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&data).unwrap()
        },
    }
}
