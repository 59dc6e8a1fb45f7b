//! A keep-alive HTTP/1.1 connection that costs little: what the client uses, the server lacks.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads answers by their `content-length`, which every server here sends.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    head: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects; every request is a POST of JSON to this path.
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: pbx/1.0\r\n\
             Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: "
        );
        Ok(Self {
            stream,
            head,
            request: Vec::with_capacity(1024),
            answer: Vec::with_capacity(2048),
        })
    }

    /// Sends a body and waits for the whole answer; its status.
    pub(crate) async fn post(&mut self, body: &str) -> Result<u16> {
        self.request.clear();
        self.request.extend_from_slice(self.head.as_bytes());
        let length = body.len().to_string();
        for part in [length.as_str(), "\r\n\r\n", body] {
            self.request.extend_from_slice(part.as_bytes());
        }
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some((status, length)) = head_of(&self.answer)? {
                if self.answer.len() == length {
                    return Ok(status);
                }
                if self.answer.len() > length {
                    bail!("the server answered more than was asked");
                }
            }
        }
    }
}

/// The status, and the length of head and body together, once the head is there.
fn head_of(answer: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end]).context("an answer's head is no text")?;
    let status = head
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .context("an answer has no status")?;
    let length = head
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        })
        .context("an answer has no length")?;
    Ok(Some((status, end + 4 + length)))
}
