//! Bytes into frames: headers, an empty line, and as many bytes more as `Content-Length` says.

/// Headers of a frame; real ones have two or three lines.
const MOST_HEAD: usize = 64 * 1024;
/// The body of a frame.
const MOST_BODY: usize = 1024 * 1024;
/// The body of an answer: a list of channels has a kilobyte each. An event has up to 20 kB, but the
/// one that ends a job holds the answer to whoever's job that was.
const MOST_ANSWER: usize = 32 * 1024 * 1024;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    head: String,
    /// What came after the headers.
    pub(super) body: String,
}

impl Frame {
    /// A header, by its name in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim())
}

/// What came in is no frame: another program, or one gone mad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoFrames;

/// Puts frames together out of bytes that are cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    buffer: Vec<u8>,
    /// What is done with is taken out now and then, not frame by frame.
    start: usize,
    /// Where the end of the head was looked for already.
    looked: usize,
    /// The head of a frame whose body is not whole yet.
    head: Option<(String, usize)>,
}

impl Decoder {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.looked = self.looked.saturating_sub(self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, NoFrames> {
        loop {
            if self.head.is_none() && !self.read_head()? {
                return Ok(None);
            }
            let Some((_, length)) = self.head else {
                continue;
            };
            let Some(body) = self.buffer.get(self.start..self.start + length) else {
                return Ok(None);
            };
            let body = String::from_utf8_lossy(body).into_owned();
            self.start += length;
            self.looked = self.start;
            if let Some((head, _)) = self.head.take() {
                return Ok(Some(Frame { head, body }));
            }
        }
    }

    /// Whether there is a head now.
    fn read_head(&mut self) -> Result<bool, NoFrames> {
        // Empty lines between frames mean nothing.
        while let Some(b'\n' | b'\r') = self.buffer.get(self.start) {
            self.start += 1;
        }
        let from = self.looked.saturating_sub(3).max(self.start);
        let rest = self.buffer.get(from..).unwrap_or_default();
        let Some((end, gap)) = end_of_head(rest) else {
            self.looked = self.buffer.len();
            if self.buffer.len() - self.start > MOST_HEAD {
                return Err(NoFrames);
            }
            return Ok(false);
        };
        let head = self.buffer.get(self.start..from + end).unwrap_or_default();
        let head = String::from_utf8_lossy(head).into_owned();
        let length = match header(&head, "Content-Length") {
            None => 0,
            Some(text) => text.parse().map_err(|_| NoFrames)?,
        };
        let kind = header(&head, "Content-Type");
        let may_be_long = matches!(kind, Some("api/response" | "text/event-plain"));
        if length > if may_be_long { MOST_ANSWER } else { MOST_BODY } {
            return Err(NoFrames);
        }
        self.start = from + end + gap;
        self.head = Some((head, length));
        Ok(true)
    }
}

/// Where the first empty line is, and how many bytes it takes with the line end before it.
fn end_of_head(bytes: &[u8]) -> Option<(usize, usize)> {
    bytes.iter().enumerate().find_map(|(place, byte)| {
        if *byte != b'\n' {
            return None;
        }
        match bytes.get(place + 1..)? {
            [b'\n', ..] => Some((place, 2)),
            [b'\r', b'\n', ..] => Some((place, 3)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames(parts: &[&[u8]]) -> Result<Vec<(String, String)>, NoFrames> {
        let mut decoder = Decoder::default();
        let mut frames = Vec::new();
        for part in parts {
            decoder.feed(part);
            while let Some(frame) = decoder.next()? {
                let kind = frame.header("content-type").unwrap_or("-").to_owned();
                frames.push((kind, frame.body));
            }
        }
        Ok(frames)
    }

    const STREAM: &[u8] = b"Content-Type: auth/request\n\nContent-Type: command/reply\n\
        Reply-Text: +OK accepted\n\nContent-Length: 8\nContent-Type: text/event-plain\n\nA: b\n\n\nx\
        Content-Type: text/disconnect-notice\r\nContent-Length: 2\r\n\r\n\xff!";

    fn expected() -> Vec<(String, String)> {
        [
            ("auth/request", ""),
            ("command/reply", ""),
            ("text/event-plain", "A: b\n\n\nx"),
            ("text/disconnect-notice", "\u{fffd}!"),
        ]
        .map(|(kind, body)| (kind.to_owned(), body.to_owned()))
        .into()
    }

    #[test]
    fn what_is_no_frame() {
        assert_eq!(frames(&[b"Content-Length: many\n\n"]), Err(NoFrames));
        assert_eq!(frames(&[b"Content-Length: 99999999999\n\n"]), Err(NoFrames));
        assert_eq!(frames(&[&vec![b'x'; MOST_HEAD + 2]]), Err(NoFrames));
        let long = "Content-Length: 2000000\n\n";
        assert_eq!(frames(&[long.as_bytes()]), Err(NoFrames));
        for kind in ["api/response", "text/event-plain"] {
            let answer = format!("Content-Type: {kind}\n{long}");
            assert_eq!(frames(&[answer.as_bytes()]), Ok(Vec::new()));
        }
        assert_eq!(
            frames(&[b"Content-Type: a\n\nContent-Length: 5\n\nab"])
                .unwrap()
                .len(),
            1
        );
    }

    proptest! {
        #[test]
        fn wherever_it_is_cut(cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(STREAM.len())).collect();
            cuts.sort_unstable();
            let (mut parts, mut start) = (Vec::new(), 0);
            for cut in cuts.into_iter().chain([STREAM.len()]) {
                parts.push(&STREAM[start..cut]);
                start = cut;
            }
            prop_assert_eq!(frames(&parts).unwrap(), expected());
        }

        #[test]
        fn any_bytes(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8)) {
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            frames(&parts).ok();
        }
    }
}
