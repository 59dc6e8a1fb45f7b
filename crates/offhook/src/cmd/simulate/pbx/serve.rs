//! One client after the other: greets, lets it in, plays the tapes, answers what it asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, sleep_until};

use super::tape::{Message, Scenario, Tape};
use super::{Pbx, dialled};

/// What is played, and how.
pub(super) struct Stage {
    pub(super) pbx: Pbx,
    pub(super) scenarios: Vec<Scenario>,
    /// Over and over, each time as other calls.
    pub(super) endless: bool,
    /// The one that is right; any when there is none.
    pub(super) secret: Option<String>,
    pub(super) speed: f64,
    /// Seconds between two scenarios.
    pub(super) pause: f64,
}

/// A tape to be played: which of all tapes in a row.
struct Turn {
    tape: Tape,
    /// It is the last one of its scenario; else the connection breaks after it.
    last: bool,
}

impl Stage {
    /// The tape at this place, of all that are played one after the other.
    fn turn(&self, place: usize) -> Option<Turn> {
        let tapes: usize = self.scenarios.iter().map(|one| one.tapes.len()).sum();
        if tapes == 0 || (!self.endless && place >= tapes) {
            return None;
        }
        let round = u32::try_from(place / tapes).unwrap_or(0);
        let mut place = place % tapes;
        for scenario in &self.scenarios {
            if let Some(tape) = scenario.tapes.get(place) {
                return Some(Turn {
                    tape: tape.in_round(self.pbx, round),
                    last: place + 1 == scenario.tapes.len(),
                });
            }
            place -= scenario.tapes.len();
        }
        None
    }

    fn is_right(&self, secret: &str) -> bool {
        self.secret.as_ref().is_none_or(|right| right == secret)
    }
}

/// Serves clients as they come. The tapes go on where the last one left off.
pub(super) async fn serve(listener: TcpListener, stage: Arc<Stage>) -> Result<()> {
    let place = Arc::new(AtomicUsize::new(0));
    loop {
        let (socket, from) = listener.accept().await?;
        let (stage, place) = (Arc::clone(&stage), Arc::clone(&place));
        tokio::spawn(async move {
            eprintln!("{from} connected");
            let ended = Client::new(socket, &stage).play(&place).await;
            match ended {
                Ok(()) => eprintln!("{from} is gone"),
                Err(error) => eprintln!("{from} is gone: {error}"),
            }
        });
    }
}

/// A client, as long as it stays.
struct Client<'s> {
    stage: &'s Stage,
    said: Lines<BufReader<OwnedReadHalf>>,
    /// The lines of what it is about to say.
    begun: Vec<String>,
    socket: OwnedWriteHalf,
    /// Whether the tape itself says which channels there are.
    has_channels: bool,
    /// What is to be said of the orders to dial, and when; the next one comes last.
    due: Vec<(Instant, String)>,
}

impl<'s> Client<'s> {
    fn new(socket: TcpStream, stage: &'s Stage) -> Self {
        socket.set_nodelay(true).ok();
        let (read, socket) = socket.into_split();
        Self {
            stage,
            said: BufReader::new(read).lines(),
            begun: Vec::new(),
            socket,
            has_channels: false,
            due: Vec::new(),
        }
    }

    async fn play(mut self, place: &AtomicUsize) -> Result<()> {
        // With nothing left to play, it is a PBX on which nothing happens.
        let Some(first) = self.stage.turn(place.load(Ordering::SeqCst)) else {
            return self.stay().await;
        };
        self.socket.write_all(&first.tape.greeting).await?;
        if !self.let_in().await? {
            return Ok(());
        }
        let mut turn = Some(first);
        let mut begun = false;
        while let Some(now) = turn {
            place.fetch_add(1, Ordering::SeqCst);
            self.has_channels = now.tape.has_channels;
            let mut before = None;
            // Another scenario on the same connection does not let the client in once more.
            let messages =
                (now.tape.messages.iter()).skip_while(|message| begun && !message.is_event);
            for message in messages {
                let rest = message.at - before.unwrap_or(message.at);
                before = Some(message.at);
                self.after(rest, message).await?;
            }
            if !now.last {
                return Ok(());
            }
            begun = true;
            turn = self.stage.turn(place.load(Ordering::SeqCst));
            self.listen(Duration::from_secs_f64(self.stage.pause / self.stage.speed))
                .await?;
        }
        self.has_channels = false;
        loop {
            self.heed().await?;
        }
    }

    /// Greets like the first tape does, and answers.
    async fn stay(mut self) -> Result<()> {
        let greeting = (self.stage.scenarios.first()).and_then(|one| one.tapes.first());
        if let Some(tape) = greeting {
            self.socket.write_all(&tape.greeting).await?;
        }
        if !self.let_in().await? {
            return Ok(());
        }
        self.socket.write_all(self.welcome()).await?;
        loop {
            self.heed().await?;
        }
    }

    fn welcome(&self) -> &'static [u8] {
        match self.stage.pbx {
            Pbx::Asterisk => b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n",
            Pbx::FreeSwitch => b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
        }
    }

    /// Waits until it signs in; false when it is sent away.
    async fn let_in(&mut self) -> Result<bool> {
        loop {
            let said = self.next().await?;
            let secret = match self.stage.pbx {
                Pbx::Asterisk if said.is("Login") => said.header("Secret").map(str::to_owned),
                Pbx::FreeSwitch => said.command("auth ").map(str::to_owned),
                Pbx::Asterisk => None,
            };
            let Some(secret) = secret else {
                self.answer(&said).await?;
                continue;
            };
            if self.stage.is_right(&secret) {
                return Ok(true);
            }
            let refusal: &[u8] = match self.stage.pbx {
                Pbx::Asterisk => b"Response: Error\r\nMessage: Authentication failed\r\n\r\n",
                Pbx::FreeSwitch => b"Content-Type: command/reply\nReply-Text: -ERR invalid\n\n",
            };
            self.socket.write_all(refusal).await?;
            return Ok(false);
        }
    }

    /// Says a message so many milliseconds later.
    async fn after(&mut self, millis: u64, message: &Message) -> Result<()> {
        let rest = Duration::from_millis(millis).div_f64(self.stage.speed);
        self.listen(rest).await?;
        Ok(self.socket.write_all(&message.bytes).await?)
    }

    /// Answers for so long.
    async fn listen(&mut self, rest: Duration) -> Result<()> {
        let mut over = std::pin::pin!(sleep(rest));
        loop {
            tokio::select! {
                biased;
                heeded = self.heed() => heeded?,
                () = &mut over => return Ok(()),
            }
        }
    }

    /// Answers what it says next, or says what is due of an order to dial.
    async fn heed(&mut self) -> Result<()> {
        let Some((at, _)) = self.due.last() else {
            let said = self.next().await?;
            return self.answer(&said).await;
        };
        let at = *at;
        tokio::select! {
            said = self.next() => self.answer(&said?).await,
            () = sleep_until(at) => match self.due.pop() {
                Some((_, event)) => Ok(self.socket.write_all(event.as_bytes()).await?),
                None => Ok(()),
            },
        }
    }

    /// What it says next. Nothing is lost when this is dropped halfway.
    async fn next(&mut self) -> Result<Request> {
        loop {
            let Some(line) = self.said.next_line().await? else {
                anyhow::bail!("it closed the connection");
            };
            if !line.is_empty() {
                self.begun.push(line);
            } else if !self.begun.is_empty() {
                return Ok(Request(std::mem::take(&mut self.begun)));
            }
        }
    }

    async fn answer(&mut self, said: &Request) -> Result<()> {
        if let Some(script) = dialled::play(self.stage.pbx, said) {
            let now = Instant::now();
            let at = |millis| now + Duration::from_millis(millis).div_f64(self.stage.speed);
            (self.due).extend(
                script
                    .into_iter()
                    .map(|(millis, event)| (at(millis), event)),
            );
            self.due.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            return Ok(());
        }
        let answer = match self.stage.pbx {
            Pbx::Asterisk => said.as_asterisk(self.has_channels),
            Pbx::FreeSwitch => said.as_freeswitch(self.has_channels),
        };
        Ok(self.socket.write_all(answer.as_bytes()).await?)
    }
}

/// What a client said, line by line.
pub(super) struct Request(Vec<String>);

impl Request {
    #[cfg(test)]
    pub(super) fn new(lines: Vec<String>) -> Self {
        Self(lines)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.0.iter().filter_map(|line| line.split_once(':'));
        let mut found = headers.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }

    /// Whether it is this action.
    pub(super) fn is(&self, action: &str) -> bool {
        (self.header("Action")).is_some_and(|word| word.eq_ignore_ascii_case(action))
    }

    /// What follows a command.
    pub(super) fn command(&self, command: &str) -> Option<&str> {
        self.0.first()?.strip_prefix(command)
    }

    fn as_asterisk(&self, has_channels: bool) -> String {
        let id = self.header("ActionID").unwrap_or("");
        let success = |more: &str| format!("Response: Success\r\nActionID: {id}\r\n{more}\r\n");
        if self.is("Ping") {
            success("Ping: Pong\r\n")
        } else if self.is("CoreShowChannels") && has_channels {
            String::new()
        } else if self.is("CoreShowChannels") {
            let list = success("EventList: start\r\nMessage: Channels will follow\r\n");
            format!(
                "{list}Event: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: \
                 Complete\r\nListItems: 0\r\n\r\n"
            )
        } else if self.is("Filter") {
            success("Message: Success\r\n")
        } else {
            format!("Response: Error\r\nActionID: {id}\r\nMessage: Invalid/unknown command\r\n\r\n")
        }
    }

    fn as_freeswitch(&self, has_channels: bool) -> String {
        let body = if self.command("api show channels").is_some() {
            if has_channels {
                return String::new();
            }
            "{\"row_count\":0}"
        } else if self.command("api ").is_some() {
            "+OK\n"
        } else {
            // The tape has the answers to these.
            return String::new();
        };
        let length = body.len();
        format!("Content-Type: api/response\nContent-Length: {length}\n\n{body}")
    }
}
