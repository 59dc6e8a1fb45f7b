//! How often which kind of call happens.

use std::str::FromStr;

use fastrand::Rng;

/// How a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Answered,
    Missed,
    Busy,
    Voicemail,
    Forwarded,
    Outbound,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::Answered, "answered"),
    (Kind::Missed, "missed"),
    (Kind::Busy, "busy"),
    (Kind::Voicemail, "voicemail"),
    (Kind::Forwarded, "forwarded"),
    (Kind::Outbound, "outbound"),
];

/// Shares of the kinds, in any unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mix([u32; KINDS.len()]);

impl Mix {
    /// The kind of the next call.
    pub(super) fn pick(&self, rng: &mut Rng) -> Kind {
        let mut left = rng.u32(..self.0.iter().sum::<u32>());
        for ((kind, _), share) in KINDS.into_iter().zip(self.0) {
            if left < share {
                return kind;
            }
            left -= share;
        }
        Kind::Answered
    }
}

impl Default for Mix {
    /// A small office with more callers than it has hands.
    fn default() -> Self {
        Self([48, 14, 4, 6, 4, 24])
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(spec: &str) -> Result<Self, String> {
        let mut shares = [0; KINDS.len()];
        for part in spec
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (word, share) = part
                .split_once('=')
                .ok_or_else(|| format!("{part} should look like missed=20"))?;
            let place = KINDS.iter().position(|(_, known)| *known == word.trim());
            let place = place.ok_or_else(|| {
                let words = KINDS.map(|(_, word)| word).join(", ");
                format!("{word} is none of {words}")
            })?;
            // The limit keeps the sum of shares far from overflowing.
            shares[place] = share
                .trim()
                .parse()
                .ok()
                .filter(|share| *share <= 1_000_000)
                .ok_or_else(|| format!("{word}={share} needs a whole number up to 1000000"))?;
        }
        if shares == [0; KINDS.len()] {
            return Err("at least one kind needs a share above 0".to_owned());
        }
        Ok(Self(shares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs() {
        for (spec, expected) in [
            ("answered=1", Ok([1, 0, 0, 0, 0, 0])),
            ("missed=20, outbound = 5,", Ok([0, 20, 0, 0, 0, 5])),
            (
                "answered=50,missed=20,busy=0,voicemail=5,forwarded=5,outbound=20",
                Ok([50, 20, 0, 5, 5, 20]),
            ),
            ("", Err("at least one kind needs a share above 0")),
            ("busy=0", Err("at least one kind needs a share above 0")),
            ("busy", Err("busy should look like missed=20")),
            ("busy=-1", Err("busy=-1 needs a whole number up to 1000000")),
            (
                "lost=1",
                Err("lost is none of answered, missed, busy, voicemail, forwarded, outbound"),
            ),
        ] {
            let expected = expected.map(Mix).map_err(str::to_owned);
            assert_eq!(spec.parse(), expected, "{spec}");
        }
    }
}
