use http::{HeaderName, StatusCode};
use offhook_core::call::{Decision, Direction};
use offhook_core::number::Country;
use offhook_core::{CallId, UnixMillis};
use offhook_engine::Taken;
use offhook_engine::configuration::LiveSource;
use offhook_engine::store::SourceKind;
use offhook_wire::{Refusal, Request, Understood, placetel, sipgate, zammad};

/// The dialect of an endpoint: how to read it and how to answer in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialect {
    Generic,
    Sipgate {
        /// The direction in the path.
        path: Option<Direction>,
        /// Where sipgate shall send the other events, but for the direction.
        callback: String,
    },
    Placetel,
}

impl Dialect {
    pub(super) fn kind(&self) -> SourceKind {
        match self {
            Self::Generic => SourceKind::Generic,
            Self::Sipgate { .. } => SourceKind::Sipgate,
            Self::Placetel => SourceKind::Placetel,
        }
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self {
            Self::Generic => zammad::CONTENT_TYPE,
            Self::Sipgate { .. } => sipgate::CONTENT_TYPE,
            Self::Placetel => placetel::CONTENT_TYPE,
        }
    }

    /// Reads a request; none when it is understood and there is nothing to keep.
    pub(super) fn read(
        &self,
        request: &Request<'_>,
        country: Country,
        now: UnixMillis,
    ) -> Result<Option<Understood>, Refusal> {
        match self {
            Self::Generic => zammad::read(request, country, now).map(Some),
            Self::Sipgate { path, .. } => sipgate::read(request, *path, country, now),
            Self::Placetel => placetel::read(request, country, now).map(Some),
        }
    }

    /// Whether the provider signed the request as the source's configuration asks for.
    pub(super) fn signed(&self, source: &LiveSource, body: &[u8], signature: Option<&str>) -> bool {
        let config = &source.config;
        match self {
            Self::Generic => true,
            Self::Sipgate { .. } => {
                !config.verify_signature
                    || signature.is_some_and(|header| sipgate::verify(body, header))
            }
            Self::Placetel => match &config.signature_secret {
                None => true,
                Some(secret) => {
                    signature.is_some_and(|header| placetel::verify(secret, body, header))
                }
            },
        }
    }

    /// The header that carries the provider's signature.
    pub(super) fn signature_header(&self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Placetel => "x-placetel-signature",
            _ => "x-sipgate-signature",
        })
    }

    /// What the PBX is told.
    pub(super) fn answer(&self, decision: &Decision, direction: Option<Direction>) -> Vec<u8> {
        match self {
            Self::Generic => zammad::answer(decision),
            Self::Sipgate { path, callback } => {
                let direction = direction.or(*path).unwrap_or(Direction::In).as_str();
                sipgate::answer(decision, &format!("{callback}/{direction}"))
            }
            Self::Placetel => placetel::answer(decision),
        }
    }

    pub(super) fn refuse(&self, refusal: &Refusal) -> Vec<u8> {
        match self {
            Self::Generic => zammad::refuse(refusal),
            Self::Sipgate { .. } => sipgate::refuse(refusal),
            Self::Placetel => placetel::refuse(refusal),
        }
    }

    pub(super) fn error(&self, text: &str) -> Vec<u8> {
        match self {
            Self::Generic => zammad::error(text),
            Self::Sipgate { .. } => sipgate::error(text),
            Self::Placetel => placetel::error(text),
        }
    }
}

/// An answer before it becomes a response.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// When to try again, in seconds.
    pub(super) retry_after: Option<i64>,
    /// What was understood, for the recorded request.
    pub(super) understood: Option<Understood>,
    pub(super) taken: Option<Taken>,
    /// The call that it became part of; none on a dry run that would have made one.
    pub(super) call: Option<CallId>,
}

impl Answer {
    pub(super) fn ok(body: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            body,
            retry_after: None,
            understood: None,
            taken: None,
            call: None,
        }
    }

    pub(super) fn refused(dialect: &Dialect, refusal: &Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status());
        Self {
            status: status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
            ..Self::ok(dialect.refuse(refusal))
        }
    }

    pub(super) fn failed(
        dialect: &Dialect,
        status: StatusCode,
        text: &str,
        retry_after: Option<i64>,
    ) -> Self {
        Self {
            status,
            retry_after,
            ..Self::ok(dialect.error(text))
        }
    }
}
