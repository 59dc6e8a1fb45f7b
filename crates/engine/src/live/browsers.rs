use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::{SessionId, UserId};

/// The browsers in which users follow the live stream, so that what is opened by itself opens in
/// the one that its user is at and in no other.
#[derive(Debug, Default)]
pub struct Browsers {
    /// By user; the one used last comes last. A browser has one session.
    open: Mutex<HashMap<UserId, Vec<Browser>>>,
}

#[derive(Debug)]
struct Browser {
    session: SessionId,
    streams: usize,
}

/// Says, while it is there, that a browser follows the stream.
#[derive(Debug)]
pub struct OpenBrowser {
    browsers: Arc<Browsers>,
    user: UserId,
    session: SessionId,
}

impl Browsers {
    /// A browser begins to follow the stream. That alone says nothing of a person: one that wakes
    /// up at home does so too.
    pub fn open(self: &Arc<Self>, user: UserId, session: SessionId) -> OpenBrowser {
        let mut open = self.lock();
        let browsers = open.entry(user).or_default();
        match browsers.iter_mut().find(|known| known.session == session) {
            Some(known) => known.streams += 1,
            None => browsers.insert(
                0,
                Browser {
                    session,
                    streams: 1,
                },
            ),
        }
        OpenBrowser {
            browsers: Arc::clone(self),
            user,
            session,
        }
    }

    /// The user touched this browser.
    pub fn used(&self, user: UserId, session: SessionId) {
        let mut open = self.lock();
        let browsers = open.get_mut(&user);
        if let Some(browsers) = browsers
            && let Some(place) = browsers.iter().position(|known| known.session == session)
        {
            browsers[place..].rotate_left(1);
        }
    }

    /// Whether the user is at this browser, as far as known.
    pub fn is_in_use(&self, user: UserId, session: SessionId) -> bool {
        let open = self.lock();
        let last = open.get(&user).and_then(|browsers| browsers.last());
        last.is_none_or(|last| last.session == session)
    }

    fn close(&self, user: UserId, session: SessionId) {
        let mut open = self.lock();
        let Some(browsers) = open.get_mut(&user) else {
            return;
        };
        browsers.retain_mut(|known| {
            if known.session == session {
                known.streams -= 1;
            }
            known.streams > 0
        });
        if browsers.is_empty() {
            open.remove(&user);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Vec<Browser>>> {
        // Every change is whole, whoever panicked.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenBrowser {
    fn drop(&mut self) {
        self.browsers.close(self.user, self.session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMMA: UserId = UserId(1);
    const DESK: SessionId = SessionId(1);
    const HOME: SessionId = SessionId(2);
    const PHONE: SessionId = SessionId(3);

    #[test]
    fn the_browser_used_last_is_in_use() {
        let browsers = Arc::new(Browsers::default());
        let in_use = || [DESK, HOME, PHONE].map(|session| browsers.is_in_use(EMMA, session));
        assert_eq!(in_use(), [true; 3], "nobody follows the stream");
        let desk = browsers.open(EMMA, DESK);
        assert_eq!(in_use(), [true, false, false]);
        let home = browsers.open(EMMA, HOME);
        let home_twice = browsers.open(EMMA, HOME);
        assert_eq!(in_use(), [true, false, false], "to open is not to use");
        browsers.used(EMMA, HOME);
        assert_eq!(in_use(), [false, true, false]);
        browsers.used(EMMA, DESK);
        browsers.used(EMMA, HOME);
        browsers.used(EMMA, PHONE);
        assert_eq!(in_use(), [false, true, false], "only who follows counts");
        drop(home_twice);
        assert_eq!(in_use(), [false, true, false], "one of two streams ended");
        drop(home);
        assert_eq!(in_use(), [true, false, false], "back to the one before");
        drop(desk);
        assert!(browsers.lock().is_empty());
    }

    #[test]
    fn users_do_not_meet() {
        let browsers = Arc::new(Browsers::default());
        let _desk = browsers.open(EMMA, DESK);
        let _other = browsers.open(UserId(2), HOME);
        browsers.used(UserId(2), DESK);
        assert!(browsers.is_in_use(EMMA, DESK));
        assert!(browsers.is_in_use(UserId(2), HOME));
    }
}
