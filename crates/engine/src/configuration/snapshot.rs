use std::collections::HashMap;
use std::sync::Arc;

use offhook_core::access::{Role, Viewer, Visibility, is_rung};
use offhook_core::call::Call;
use offhook_core::number::{Country, NumberKey};
use offhook_core::{SourceId, UnixMillis, UserId};
use offhook_store::{Session, Settings, Source, Token, TokenHash, User};

use super::LiveSource;
use crate::SealingKey;

/// A user with what is looked up about it.
#[derive(Debug)]
pub struct LiveUser {
    /// As it is stored.
    pub user: User,
    /// Its numbers and role.
    pub viewer: Viewer,
}

/// Everything administrators set, at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The store's revision that this was read at.
    pub revision: i64,
    /// The settings.
    pub settings: Settings,
    /// The settings' country.
    pub country: Country,
    sources: HashMap<SourceId, Arc<LiveSource>>,
    source_tokens: HashMap<TokenHash, (SourceId, Option<UnixMillis>)>,
    users: HashMap<UserId, Arc<LiveUser>>,
    logins: HashMap<String, UserId>,
    emails: HashMap<String, UserId>,
    phones: HashMap<NumberKey, UserId>,
    phone_texts: HashMap<String, UserId>,
    sessions: HashMap<TokenHash, Session>,
    tokens: HashMap<TokenHash, Token>,
}

impl Snapshot {
    pub(super) fn new(
        revision: i64,
        settings: Settings,
        sources: Vec<Source>,
        users: Vec<User>,
        sessions: Vec<(TokenHash, Session)>,
        tokens: Vec<(TokenHash, Token)>,
        key: &SealingKey,
    ) -> Self {
        let country = Country::from_code(&settings.country).unwrap_or_default();
        let mut snapshot = Self {
            revision,
            settings,
            country,
            sessions: sessions.into_iter().collect(),
            tokens: tokens.into_iter().collect(),
            ..Self::default()
        };
        for source in sources {
            for token in &source.tokens {
                snapshot
                    .source_tokens
                    .insert(token.hash, (source.id, token.expires_at));
            }
            let live = LiveSource::new(source, country, key);
            snapshot.sources.insert(live.source.id, Arc::new(live));
        }
        for user in users {
            snapshot.add_user(user);
        }
        snapshot
    }

    /// Where two users share a phone, login or e-mail address, the older one has it.
    fn add_user(&mut self, user: User) {
        let id = user.id;
        let keys: Vec<NumberKey> = user
            .phones
            .iter()
            .filter_map(|phone| NumberKey::of(phone, self.country))
            .collect();
        if user.active {
            for key in &keys {
                self.phones.entry(*key).or_insert(id);
            }
            for phone in &user.phones {
                self.phone_texts
                    .entry(phone.trim().to_lowercase())
                    .or_insert(id);
            }
            self.logins.entry(user.login.to_lowercase()).or_insert(id);
            if !user.email.is_empty() {
                self.emails.entry(user.email.to_lowercase()).or_insert(id);
            }
        }
        let viewer = Viewer {
            user_id: id,
            role: user.role,
            numbers: keys,
        };
        self.users.insert(id, Arc::new(LiveUser { user, viewer }));
    }

    /// The source that the token is one of.
    pub fn source_by_token(&self, hash: TokenHash, now: UnixMillis) -> Option<&Arc<LiveSource>> {
        let (id, expires_at) = self.source_tokens.get(&hash)?;
        let valid = expires_at.is_none_or(|until| now < until);
        self.sources.get(id).filter(|_| valid)
    }

    /// Whether a ringing call rings for somebody: `users` are those whose devices ring, as the source
    /// says; where it names none, its map decides.
    pub fn is_rung(&self, viewer: &Viewer, users: &[UserId], call: &Call) -> bool {
        if !users.is_empty() {
            return users.contains(&viewer.user_id);
        }
        let live = self.source(call.source_id);
        live.is_some_and(|live| is_rung(viewer, &live.config.notify, call))
    }

    /// A source, also a deleted one.
    pub fn source(&self, id: SourceId) -> Option<&Arc<LiveSource>> {
        self.sources.get(&id)
    }

    /// The sources that are not deleted, in order of id.
    pub fn sources(&self) -> Vec<&Arc<LiveSource>> {
        let mut sources: Vec<_> = self
            .sources
            .values()
            .filter(|live| !live.source.deleted)
            .collect();
        sources.sort_by_key(|live| live.source.id);
        sources
    }

    /// A source by its name in any case; a deleted one only where no other has the name.
    pub fn source_by_name(&self, name: &str) -> Option<&Arc<LiveSource>> {
        self.sources
            .values()
            .filter(|live| live.source.name.eq_ignore_ascii_case(name))
            .min_by_key(|live| (live.source.deleted, live.source.id))
    }

    /// A user, active or not.
    pub fn user(&self, id: UserId) -> Option<&Arc<LiveUser>> {
        self.users.get(&id)
    }

    /// The users, in order of id.
    pub fn users(&self) -> Vec<&Arc<LiveUser>> {
        let mut users: Vec<_> = self.users.values().collect();
        users.sort_by_key(|live| live.user.id);
        users
    }

    /// The users, active or not, whose name or login holds this text in any case.
    pub fn users_named(&self, text: &str) -> Vec<UserId> {
        let text = text.trim().to_lowercase();
        let holds = |name: &str| name.to_lowercase().contains(&text);
        self.users()
            .into_iter()
            .filter(|live| holds(&live.user.name) || holds(&live.user.login))
            .map(|live| live.user.id)
            .collect()
    }

    /// An active user by login.
    pub fn user_by_login(&self, login: &str) -> Option<&Arc<LiveUser>> {
        self.users
            .get(self.logins.get(&login.trim().to_lowercase())?)
    }

    /// An active user by one of its numbers, then login, e-mail address, id: what a PBX sends as
    /// the one who answered.
    pub fn user_by_device(&self, device: &str) -> Option<UserId> {
        let text = device.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        NumberKey::of(device, self.country)
            .and_then(|key| self.phones.get(&key))
            .or_else(|| self.phone_texts.get(&text))
            .or_else(|| self.logins.get(&text))
            .or_else(|| self.emails.get(&text))
            .copied()
            .or_else(|| self.user_by_id(&text))
    }

    /// An active user by id as text.
    pub fn user_by_id(&self, id: &str) -> Option<UserId> {
        let id = UserId(id.trim().parse().ok()?);
        self.users
            .get(&id)
            .filter(|live| live.user.active)
            .map(|live| live.user.id)
    }

    /// An active user by login or e-mail address, or by id: what an agent mapping names.
    pub fn user_by_mapping(&self, text: &str) -> Option<UserId> {
        let text = text.trim().to_lowercase();
        self.logins
            .get(&text)
            .or_else(|| self.emails.get(&text))
            .copied()
            .or_else(|| self.user_by_id(&text))
    }

    /// The session of this hash, if it lasts beyond `now` and its user is active.
    pub fn session(&self, hash: TokenHash, now: UnixMillis) -> Option<(&Session, &Arc<LiveUser>)> {
        let session = self
            .sessions
            .get(&hash)
            .filter(|session| now < session.expires_at)?;
        let live = self
            .users
            .get(&session.user_id)
            .filter(|live| live.user.active)?;
        Some((session, live))
    }

    /// The API token of this hash, if its user is active.
    pub fn token(&self, hash: TokenHash) -> Option<(&Token, &Arc<LiveUser>)> {
        let token = self.tokens.get(&hash)?;
        let live = self
            .users
            .get(&token.user_id)
            .filter(|live| live.user.active)?;
        Some((token, live))
    }

    /// Every token.
    pub fn tokens(&self) -> Vec<&Token> {
        let mut tokens: Vec<_> = self.tokens.values().collect();
        tokens.sort_by_key(|token| token.id);
        tokens
    }

    /// What a user may see of the log.
    pub fn visibility(&self, viewer: &Viewer) -> Visibility {
        if viewer.role == Role::Admin {
            return Visibility::All;
        }
        Visibility::of(
            viewer,
            self.sources
                .iter()
                .map(|(id, live)| (*id, &live.config.notify)),
        )
    }
}
