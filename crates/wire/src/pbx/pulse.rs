use offhook_core::UnixMillis;

/// After this much silence the PBX is asked whether it is still there; after the same again it is
/// not.
const SILENCE_MILLIS: i64 = 30_000;
/// So often the PBX is asked which channels there are, for what got lost.
const RESYNC_MILLIS: i64 = 3_600_000;

/// Whether a PBX that we are signed in to is still there.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// When bytes came last.
    heard: UnixMillis,
    /// When it was asked after a silence; nothing came since.
    asked: Option<UnixMillis>,
    resync_at: UnixMillis,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Ask the PBX for anything that it answers.
    Ask,
    /// Ask which channels there are, and say so with [`Pulse::resynced`].
    Resync,
    /// It is not there any more.
    Dead,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        let never = UnixMillis(0);
        Self {
            heard: never,
            asked: None,
            resync_at: never,
        }
    }

    /// Bytes came, or a connection.
    pub(crate) fn heard(&mut self, now: UnixMillis) {
        self.heard = now;
        self.asked = None;
    }

    /// The PBX was asked which channels there are.
    pub(crate) fn resynced(&mut self, now: UnixMillis) {
        self.resync_at = now.plus_millis(RESYNC_MILLIS);
    }

    /// When there is something to be done.
    pub(crate) fn due(&self) -> UnixMillis {
        self.silence_ends().min(self.resync_at)
    }

    /// What is to be done now; to be asked until there is nothing.
    pub(crate) fn beat(&mut self, now: UnixMillis) -> Option<Beat> {
        if self.silence_ends() <= now {
            if self.asked.is_some() {
                return Some(Beat::Dead);
            }
            self.asked = Some(now);
            return Some(Beat::Ask);
        }
        (self.resync_at <= now).then_some(Beat::Resync)
    }

    fn silence_ends(&self) -> UnixMillis {
        self.asked.unwrap_or(self.heard).plus_millis(SILENCE_MILLIS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_before_it_gives_up() {
        let at = |seconds: i64| UnixMillis(seconds * 1000);
        let mut pulse = Pulse::new();
        pulse.heard(at(0));
        pulse.resynced(at(0));
        assert_eq!((pulse.due(), pulse.beat(at(29))), (at(30), None));
        assert_eq!(pulse.beat(at(30)), Some(Beat::Ask));
        assert_eq!((pulse.due(), pulse.beat(at(59))), (at(60), None));
        pulse.heard(at(59));
        assert_eq!(pulse.beat(at(60)), None);
        // We slept ourselves: it has its time to answer all the same.
        assert_eq!(pulse.beat(at(600)), Some(Beat::Ask));
        assert_eq!(pulse.beat(at(600)), None);
        assert_eq!(pulse.beat(at(630)), Some(Beat::Dead));
        pulse.heard(at(3599));
        assert_eq!(pulse.due(), at(3600));
        assert_eq!(pulse.beat(at(3600)), Some(Beat::Resync));
        pulse.resynced(at(3600));
        assert_eq!(pulse.beat(at(3600)), None);
    }
}
