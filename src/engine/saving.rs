//! Settings are saved: read again, merged, sent once, read back.
//!
//! In: what was read, and what is wanted. Out: what became of it. Must never know: screens, drafts.
//!
//! There is no ETag and no lock, so the store is read right before it is written; what is left is the moment between the
//! two. A change is sent once and never again by itself. After it the store is read until it shows it, or for a while,
//! since a change goes through a queue ([dev cfg/update]) and a reading may come from a copy. What still reads as it did
//! before is then neither saved nor lost: it does not show yet.

use super::hands::Hands;
use super::protocol::{Fate, FieldWords, Late, SaveOutcome, SaveTrouble, Trouble, TroubleKind};
use super::session::Session;
use crate::api::error::{ApiError, Applied};
use crate::api::{Method, Said, answer, endpoint};
use crate::domain::settings::{
    Difference, Merge, Reads, SettingChange, Settings, SettingsPatch, Unfit, body, changes, kept, merge,
};

/// Milliseconds between reading the store and reading it again, while it does not show what was sent: ten seconds in all,
/// as long as products are waited for.
const LOOK_AGAIN_MS: [u32; 4] = [500, 1_500, 3_000, 5_000];

impl Session {
    /// Saves settings. What is awaited was sent before: where the store holds it now, it is taken for part of `base`.
    ///
    /// # Errors
    /// Why it was not saved, or why nobody can say.
    pub async fn save(
        &self,
        hands: &dyn Hands,
        mut base: Settings,
        wanted: &Settings,
        awaited: &[SettingChange],
    ) -> Result<SaveOutcome, Box<SaveTrouble>> {
        let theirs = self.store(hands).await.map_err(|error| {
            let trouble = Trouble::api(&error, Method::Get);
            Box::new(SaveTrouble { says_more: trouble.said.is_some(), ..*SaveTrouble::new(trouble, Fate::NotSent) })
        })?;
        if let (Some(was), Some(is)) = (&base.community_id, &theirs.community_id)
            && was != is
        {
            return Err(SaveTrouble::new(another_store(), Fate::NotSent));
        }
        for change in awaited.iter().filter(|change| change.reads(&theirs) == Reads::AsAsked) {
            base.set(&change.path, change.new.clone());
        }
        let Merge { merged, clashes } = merge(&base, &theirs, wanted);
        if !clashes.is_empty() {
            return Ok(SaveOutcome::Clash { theirs: Box::new(theirs), merged: Box::new(merged), clashes });
        }
        let sent = changes(&theirs, &merged);
        let patch = body(&theirs, &merged).map_err(|unfit| SaveTrouble::unfit(unfit, &theirs))?;
        if patch.is_empty() {
            return Ok(SaveOutcome::Nothing { now: Box::new(theirs) });
        }
        let change = Change { others: changes(&base, &theirs), theirs, patch, sent };
        match answer::read_store_update(self.gate.send(hands, endpoint::update_store(&change.patch)).await) {
            Ok(answered) => Ok(self.after_success(hands, change, &answered).await),
            Err(error) => match self.after_failure(hands, &error, &change.sent).await {
                Seen { is_applied: true, now: Some(now), .. } => {
                    let differs = kept(&change.patch, &now);
                    Ok(change.saved(now, Held { differs, late: Vec::new() }, Some(Trouble::saving(&error)), None))
                }
                Seen { fate, now, .. } => Err(SaveTrouble::refused(&error, fate, now)),
            },
        }
    }

    /// The store said yes: what does it hold now? It is read until it holds all that was asked, or a while.
    async fn after_success(&self, hands: &dyn Hands, change: Change, answered: &Settings) -> SaveOutcome {
        let mut pauses = LOOK_AGAIN_MS.into_iter();
        loop {
            match self.store(hands).await {
                Ok(now) => {
                    let held = change.held(&now, answered);
                    match pauses.next().filter(|_| !held.is_settled(answered)) {
                        Some(pause) => hands.sleep(pause).await,
                        None => return change.saved(now, held, None, None),
                    }
                }
                Err(error) => {
                    let (now, held) = change.by_its_word(answered);
                    return change.saved(now, held, None, Some(Box::new(Trouble::api(&error, Method::Get))));
                }
            }
        }
    }

    /// The store said no, or nothing that can be believed: was the change applied?
    async fn after_failure(&self, hands: &dyn Hands, error: &ApiError, sent: &[SettingChange]) -> Seen {
        // Refused after a look at it, or turned away by a gateway: one reading proves it. Where nobody said that it was
        // refused, no reading proves that it never comes.
        let (mut pauses, untouched) = match error.applied() {
            Applied::No => return Seen { is_applied: false, fate: Fate::NotApplied, now: None },
            Applied::PerhapsInPart => ([].iter(), Fate::NotApplied),
            Applied::Unknown if matches!(error, ApiError::NotTheApi { status: 400..=499, .. }) => ([].iter(), Fate::NotApplied),
            Applied::Unknown => (LOOK_AGAIN_MS.iter(), Fate::NotShown),
        };
        loop {
            let Ok(now) = self.store(hands).await else { return Seen { is_applied: false, fate: Fate::Unknown, now: None } };
            let is_held = |change: &SettingChange| now.get(&change.path) == change.new;
            let is_untouched = |change: &SettingChange| now.get(&change.path) == change.old;
            if sent.iter().all(is_held) {
                return Seen { is_applied: true, fate: Fate::Unknown, now: Some(now) };
            }
            match pauses.next() {
                Some(pause) => hands.sleep(*pause).await,
                None => {
                    let fate = if sent.iter().all(is_untouched) { untouched } else { Fate::Unknown };
                    return Seen { is_applied: false, fate, now: Some(now) };
                }
            }
        }
    }
}

/// One change on its way.
struct Change {
    /// The store as it was right before.
    theirs: Settings,
    /// What somebody else had saved meanwhile.
    others: Vec<SettingChange>,
    patch: SettingsPatch,
    /// Old → new.
    sent: Vec<SettingChange>,
}

/// What the store holds of it.
struct Held {
    differs: Vec<Difference>,
    late: Vec<Late>,
}

impl Change {
    /// Compares what was asked with a reading. What reads as it did before is not known to be otherwise.
    fn held(&self, now: &Settings, answered: &Settings) -> Held {
        let as_before = self.sent.iter().filter(|change| change.reads(now) == Reads::AsBefore);
        let late: Vec<_> = as_before.map(|change| Late::of(change, answered)).collect();
        let mut differs = kept(&self.patch, now);
        differs.retain(|it| late.iter().all(|late| late.change.path != it.path));
        Held { differs, late }
    }

    /// The store could not be read: all there is is its answer, and what it held before.
    fn by_its_word(&self, answered: &Settings) -> (Settings, Held) {
        let mut now = self.theirs.clone();
        let mut held = Held { differs: Vec::new(), late: Vec::new() };
        for change in &self.sent {
            match change.reads(answered) {
                Reads::Otherwise(holds) => {
                    let (path, asked) = (change.path.clone(), change.new.clone());
                    now.set(&path, Some(holds.clone()));
                    held.differs.push(Difference { path, asked, holds: Some(holds) });
                }
                Reads::AsAsked | Reads::AsBefore | Reads::NotShown => held.late.push(Late::of(change, answered)),
            }
        }
        (now, held)
    }

    fn saved(self, now: Settings, held: Held, despite: Option<Trouble>, unread: Option<Box<Trouble>>) -> SaveOutcome {
        let Held { differs, late } = held;
        let left_out = self.patch.left_out().to_vec();
        SaveOutcome::Saved { now: Box::new(now), sent: self.sent, theirs: self.others, differs, late, left_out, despite, unread }
    }
}

impl Held {
    /// Whether reading once more tells nothing new: all is as asked, or not shown here, or as the answer said already.
    fn is_settled(&self, answered: &Settings) -> bool {
        let is_final = |it: &Difference| it.holds.is_none() || answered.get(&it.path) == it.holds;
        self.late.is_empty() && self.differs.iter().all(is_final)
    }
}

impl Late {
    fn of(change: &SettingChange, answered: &Settings) -> Self {
        // A colour that was to go is not in the answer; nor is it in one that shows nothing.
        let is_answered = change.new.is_some() && change.reads(answered) == Reads::AsAsked;
        Self { change: change.clone(), is_answered }
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
        let plain = || error.plain_words().map(|words| Said { message: words.into(), ..Said::default() });
        let said = error.said().cloned().or_else(plain);
        let (fields, says_more) = said.as_ref().map(answer::about_settings).unwrap_or_default();
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
