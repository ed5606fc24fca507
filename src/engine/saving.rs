//! Settings are saved: read again, merged, sent once, read back.
//!
//! In: what was read, and what is wanted. Out: what became of it. Must never know: screens, drafts.
//!
//! There is no ETag and no lock, so the store is read right before it is written; what is left is the moment between the
//! two. A change is sent once and never again by itself: after an answer that leaves it open whether it was applied, the
//! store is read until it shows it, or for a few seconds, since a change goes through a queue ([dev cfg/update]).

use super::hands::Hands;
use super::protocol::{Fate, FieldWords, SaveOutcome, SaveTrouble, Trouble, TroubleKind};
use super::session::Session;
use crate::api::error::{ApiError, Applied};
use crate::api::{Method, answer, endpoint};
use crate::domain::settings::{Merge, SettingChange, Settings, SettingsPatch, Unfit, body, changes, kept, merge};

/// Milliseconds between reading the store and reading it again, while it does not show what was sent.
const LOOK_AGAIN_MS: [u32; 3] = [500, 1_500, 3_000];

impl Session {
    /// Saves settings.
    ///
    /// # Errors
    /// Why it was not saved, or why nobody can say.
    pub async fn save(&self, hands: &dyn Hands, base: &Settings, wanted: &Settings) -> Result<SaveOutcome, Box<SaveTrouble>> {
        let theirs = self.store(hands).await.map_err(|error| {
            let trouble = Trouble::api(&error, Method::Get);
            Box::new(SaveTrouble { says_more: trouble.said.is_some(), ..*SaveTrouble::new(trouble, Fate::NotSent) })
        })?;
        if let (Some(was), Some(is)) = (&base.community_id, &theirs.community_id)
            && was != is
        {
            return Err(SaveTrouble::new(another_store(), Fate::NotSent));
        }
        let Merge { merged, clashes } = merge(base, &theirs, wanted);
        if !clashes.is_empty() {
            return Ok(SaveOutcome::Clash { theirs: Box::new(theirs), merged: Box::new(merged), clashes });
        }
        let sent = changes(&theirs, &merged);
        let patch = body(&theirs, &merged).map_err(|unfit| SaveTrouble::unfit(unfit, &theirs))?;
        if patch.is_empty() {
            return Ok(SaveOutcome::Nothing { now: Box::new(theirs) });
        }
        let others = changes(base, &theirs);
        let left_out = patch.left_out().to_vec();
        match answer::read_store_update(self.gate.send(hands, endpoint::update_store(&patch)).await) {
            Ok(shown) => Ok(self.after_success(hands, &patch, &shown, merged, sent, others).await),
            Err(error) => match self.after_failure(hands, &error, &sent).await {
                Seen { is_applied: true, now: Some(now), .. } => Ok(SaveOutcome::Saved {
                    differs: kept(&patch, &now),
                    now: Box::new(now),
                    sent,
                    theirs: others,
                    left_out,
                    despite: Some(Trouble::saving(&error)),
                }),
                Seen { fate, now, .. } => Err(SaveTrouble::refused(&error, fate, now)),
            },
        }
    }

    /// The store said yes: what does it hold now? It is read until it holds all that was asked, or a while.
    async fn after_success(
        &self,
        hands: &dyn Hands,
        patch: &SettingsPatch,
        shown: &Settings,
        merged: Settings,
        sent: Vec<SettingChange>,
        theirs: Vec<SettingChange>,
    ) -> SaveOutcome {
        let left_out = patch.left_out().to_vec();
        let mut pauses = LOOK_AGAIN_MS.into_iter();
        loop {
            match self.store(hands).await {
                Ok(now) => {
                    let differs = kept(patch, &now);
                    let is_settled = differs.iter().all(|it| it.asked.is_some() && it.holds.is_none());
                    match pauses.next().filter(|_| !is_settled) {
                        Some(pause) => hands.sleep(pause).await,
                        None => return SaveOutcome::Saved { now: Box::new(now), sent, theirs, differs, left_out, despite: None },
                    }
                }
                Err(error) => {
                    let despite = Some(Trouble::api(&error, Method::Get));
                    let differs = kept(patch, shown);
                    return SaveOutcome::Saved { now: Box::new(merged), sent, theirs, differs, left_out, despite };
                }
            }
        }
    }

    /// The store said no, or nothing that can be believed: was the change applied?
    async fn after_failure(&self, hands: &dyn Hands, error: &ApiError, sent: &[SettingChange]) -> Seen {
        let mut pauses = match error.applied() {
            Applied::No => return Seen { is_applied: false, fate: Fate::NotApplied, now: None },
            // Refused after a look at it, or turned away by a gateway: one reading proves it.
            Applied::PerhapsInPart => [].iter(),
            Applied::Unknown if matches!(error, ApiError::NotTheApi { status: 400..=499, .. }) => [].iter(),
            Applied::Unknown => LOOK_AGAIN_MS.iter(),
        };
        loop {
            let Ok(now) = self.store(hands).await else { return Seen { is_applied: false, fate: Fate::Unknown, now: None } };
            let held = |change: &&SettingChange| now.get(&change.path) == change.new;
            let untouched = |change: &SettingChange| now.get(&change.path) == change.old;
            match sent.iter().filter(held).count() {
                all if all == sent.len() => return Seen { is_applied: true, fate: Fate::Unknown, now: Some(now) },
                0 if sent.iter().all(untouched) => match pauses.next() {
                    Some(pause) => hands.sleep(*pause).await,
                    None => return Seen { is_applied: false, fate: Fate::NotApplied, now: Some(now) },
                },
                _ => match pauses.next() {
                    Some(pause) => hands.sleep(*pause).await,
                    None => return Seen { is_applied: false, fate: Fate::Unknown, now: Some(now) },
                },
            }
        }
    }
}

/// What reading the store after a failure showed.
struct Seen {
    is_applied: bool,
    fate: Fate,
    now: Option<Settings>,
}

fn another_store() -> Trouble {
    Trouble::not_now(
        "These settings were read from another store than the one you are connected to.",
        "Nothing was sent. Read the settings of this store, or connect to the other one again.",
    )
}

impl Trouble {
    /// A change of the settings ended so. The words are about products where a write's words are, so some are put
    /// otherwise here.
    #[must_use]
    pub fn saving(error: &ApiError) -> Self {
        let usual = Self::api(error, Method::Put);
        let (what, cure) = match error {
            ApiError::Refused { .. } | ApiError::EnvelopeSaysError { .. } | ApiError::NotTheApi { status: 400.., .. } => {
                match error.status() {
                    Some(400 | 422) => (
                        "The store refused these settings: something in them is not as it wants it (400).",
                        "See what it says, change that, and save again.",
                    ),
                    Some(404) => (
                        "The store did not find what was to be changed (404).",
                        "Settings can be read at this host and cannot be saved there: on some hosts of the service the gateway does not pass this address on. Choose the host whose address ends in /v1, or ask its owner.",
                    ),
                    Some(409) => (
                        "The settings are in conflict with what the store holds (409).",
                        "Read them again, look at what differs, and save again.",
                    ),
                    Some(500) => ("The store failed while it worked on this (500).", "Save again in a while."),
                    Some(502..=504) => (
                        "The host did not hear from the store behind it in time (502).",
                        "Save again in a while; the store is read first each time.",
                    ),
                    _ => return usual,
                }
            }
            ApiError::Unreachable(_) | ApiError::NotTheApi { .. } => {
                let cure = "Save again; the store is read first each time, so nothing is overwritten.";
                return match usual.kind {
                    TroubleKind::Offline => {
                        Self { cure: "Nothing was sent. Save again when the connection is back.".into(), ..usual }
                    }
                    _ => Self { cure: cure.into(), ..usual },
                };
            }
        };
        Self { what: what.into(), cure: cure.into(), ..usual }
    }
}

impl SaveTrouble {
    fn new(trouble: Trouble, fate: Fate) -> Box<Self> {
        Box::new(Self { trouble, fate, fields: Vec::new(), says_more: false, unfit: Vec::new(), now: None })
    }

    fn unfit(unfit: Vec<Unfit>, theirs: &Settings) -> Box<Self> {
        let what = match unfit.len() {
            1 => "One setting cannot be sent as it is.".to_owned(),
            count => format!("{count} settings cannot be sent as they are."),
        };
        let trouble = Trouble::not_now(&what, "Nothing was sent. Change what is marked and save again.");
        Box::new(Self { unfit, now: Some(Box::new(theirs.clone())), ..*Self::new(trouble, Fate::NotSent) })
    }

    fn refused(error: &ApiError, fate: Fate, now: Option<Settings>) -> Box<Self> {
        let (fields, says_more) = error.said().map(answer::about_settings).unwrap_or_default();
        let fields = fields.into_iter().map(|(path, said)| FieldWords { path, said }).collect();
        Box::new(Self { fields, says_more, now: now.map(Box::new), ..*Self::new(Trouble::saving(error), fate) })
    }

    /// Nobody answered: the change may have been sent, and may not.
    #[must_use]
    pub fn unheard(trouble: Trouble) -> Box<Self> {
        Self::new(trouble, Fate::Unknown)
    }

    /// There is no store to save to, or another saving is under way.
    #[must_use]
    pub fn not_sent(trouble: Trouble) -> Box<Self> {
        Self::new(trouble, Fate::NotSent)
    }
}
