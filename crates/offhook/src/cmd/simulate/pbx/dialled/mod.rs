//! What the PBX does when it is asked to dial: the phone rings, is picked up, and the call goes its
//! way; or it fails, for phones and numbers that end like the SIP status of that.

mod asterisk;
mod freeswitch;

use super::Pbx;
use super::serve::Request;

/// When each of it happens, in ms since the order.
const TRIED: u64 = 100;
const RINGS: u64 = 300;
const PICKED_UP: u64 = 1_300;
const NOT_PICKED_UP: u64 = 3_300;
const DIALLED: u64 = 1_500;
const ANSWERED: u64 = 3_500;
const HUNG_UP: u64 = 9_500;

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// The phone is not registered.
    Unreachable,
    /// The call is declined on the phone.
    Declined,
    /// The phone is not picked up.
    NotPickedUp,
}

impl Fate {
    fn of(phone: &str, number: &str) -> Self {
        let ends = |status: &str| phone.ends_with(status) || number.ends_with(status);
        match () {
            () if ends("404") => Self::Unreachable,
            () if ends("486") => Self::Declined,
            () if ends("408") => Self::NotPickedUp,
            () => Self::Answered,
        }
    }
}

/// An order, as far as it is the same for both PBXs.
#[derive(Debug, PartialEq, Eq)]
struct Order<'r> {
    /// What the client calls it.
    id: &'r str,
    /// The id of its first channel.
    first: String,
    phone: &'r str,
    number: &'r str,
}

impl Order<'_> {
    fn fate(&self) -> Fate {
        Fate::of(self.phone, self.number)
    }

    /// Whether a colleague is called, and nobody outside.
    fn is_inside(&self) -> bool {
        self.number.len() <= 4
    }
}

/// The phone that a channel rings: `Local/101@phones`, `PJSIP/101`, `user/101@office`.
fn phone_of(channel: &str) -> &str {
    let address = channel.split_once('/').map_or(channel, |(_, rest)| rest);
    address.split(['@', '/']).next().unwrap_or(address)
}

/// What the PBX says, if this is an order to dial, and after how many ms.
pub(super) fn play(pbx: Pbx, request: &Request) -> Option<Vec<(u64, String)>> {
    match pbx {
        Pbx::Asterisk => asterisk::play(request),
        Pbx::FreeSwitch => freeswitch::play(request),
    }
}

#[cfg(test)]
mod tests {
    use offhook_wire::pbx::{Dialling, Originate, Said, Session, Told, Trunks};
    use offhook_wire::{ami, esl};

    use super::*;
    use offhook_core::UnixMillis;

    const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

    /// What is heard of an order, in short.
    fn heard(pbx: Pbx, channel: &str, phone: &str, number: &str) -> Vec<String> {
        let (mut session, welcome): (Box<dyn Session>, &[u8]) = match pbx {
            Pbx::Asterisk => {
                let login = ami::Login::new("cti", "secret");
                let welcome = b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\n\
                                Message: Authentication accepted\r\n\r\n";
                (
                    Box::new(ami::Session::new(login, Trunks::default())),
                    welcome,
                )
            }
            Pbx::FreeSwitch => {
                let secret = "secret".to_owned();
                let welcome = b"Content-Type: auth/request\n\nContent-Type: command/reply\n\
                                Reply-Text: +OK accepted\n\n";
                (
                    Box::new(esl::Session::new(esl::Login { secret }, Trunks::default())),
                    welcome,
                )
            }
        };
        session.opened(NOW);
        session.receive(welcome, NOW);
        while session.next().is_some() {}
        session.take_output();
        session.originate(
            &Originate {
                id: "77".to_owned(),
                channel: channel.to_owned(),
                context: "phones".to_owned(),
                number: number.to_owned(),
                phone: phone.to_owned(),
            },
            NOW,
        );
        let sent = String::from_utf8(session.take_output().unwrap()).unwrap();
        let request = Request::new(sent.lines().map(str::to_owned).collect());
        let script = play(pbx, &request).unwrap();
        assert!(script.is_sorted_by_key(|(at, _)| *at));
        let mut all = Vec::new();
        for (at, said) in script {
            let now = NOW.plus_millis(i64::try_from(at).unwrap());
            session.receive(said.as_bytes(), now);
            all.extend(std::iter::from_fn(|| session.next()).filter_map(short));
        }
        session.poll(NOW.plus_seconds(12));
        all.extend(std::iter::from_fn(|| session.next()).filter_map(short));
        all
    }

    fn short(told: Told) -> Option<String> {
        Some(match told {
            Told::Dialling { said, .. } => match said {
                Dialling::Taken => "taken".to_owned(),
                Dialling::Rings => "rings".to_owned(),
                Dialling::PickedUp { .. } => "up".to_owned(),
                Dialling::Failed(why) => format!("{:?}", why.trouble),
            },
            Told::Event(event) => match event.said {
                Said::NewCall(new) => format!("{:?} {} {}", new.direction, new.from, new.to),
                Said::Answer { by, .. } => format!("answer {by}"),
                Said::Hangup { cause, .. } => cause.as_str().to_owned(),
                _ => return None,
            },
            _ => return None,
        })
    }

    #[test]
    fn what_is_played_is_understood() {
        for (pbx, channels) in [
            (Pbx::Asterisk, ["Local/101@phones", "PJSIP/101"]),
            (Pbx::FreeSwitch, ["user/101", "user/101@office"]),
        ] {
            for channel in channels {
                let outside = [
                    "taken",
                    "rings",
                    "up",
                    "Out 101 0049891",
                    "answer 0049891",
                    "normalClearing",
                ];
                assert_eq!(heard(pbx, channel, "101", "0049891"), outside, "{channel}");
                let inside = [
                    "taken",
                    "rings",
                    "up",
                    "Internal 101 102",
                    "answer 102",
                    "normalClearing",
                ];
                assert_eq!(heard(pbx, channel, "101", "102"), inside, "{channel}");
                for (number, fate) in [
                    ("0049404", &["taken", "Unreachable"][..]),
                    ("0049486", &["taken", "rings", "Busy"]),
                    ("0049408", &["taken", "rings", "NoAnswer"]),
                ] {
                    assert_eq!(heard(pbx, channel, "101", number), fate, "{channel}");
                }
            }
            let away = heard(pbx, &channels[0].replace("101", "404"), "404", "0049891");
            assert_eq!(away, ["taken", "Unreachable"]);
        }
    }
}
