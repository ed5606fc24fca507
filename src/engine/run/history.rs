//! What can be taken back, and done again.
//!
//! In: the step that undoes a change. Out: the same, when it is asked for. Must never know: what a step does.

use crate::engine::protocol::KeptStep;
use crate::import::Step;
use std::collections::VecDeque;

/// Steps that can be taken back, at most.
const STEPS: usize = 1_000;
/// Cells in all of them, at most, but for the last step: what a person wrote over by mistake can always be taken back.
const CELLS: usize = 2_000_000;

/// A step with its words.
#[derive(Clone, Debug)]
pub struct Named {
    /// What was done, in a few words.
    pub words: String,
    /// What undoes it, or does it again.
    pub step: Step,
}

impl Named {
    fn cells(&self) -> usize {
        self.step.cells.len() + self.step.left_out.len() + self.step.repairs.len()
    }
}

/// Steps back and forth.
#[derive(Clone, Debug, Default)]
pub struct History {
    back: VecDeque<Named>,
    forth: Vec<Named>,
    /// Cells in `back`.
    cells: usize,
}

impl History {
    /// A change was made, and this undoes it. What was taken back before it cannot be done again.
    pub fn changed(&mut self, undo: Named) {
        self.forth.clear();
        self.push(undo);
    }

    fn push(&mut self, undo: Named) {
        self.cells += undo.cells();
        self.back.push_back(undo);
        while self.back.len() > STEPS || (self.cells > CELLS && self.back.len() > 1) {
            self.cells -= self.back.pop_front().map_or(0, |oldest| oldest.cells());
        }
    }

    /// Takes the last step back: `apply` carries a step out and gives the one that undoes it.
    pub fn undo(&mut self, apply: impl FnOnce(Step) -> Step) -> Option<String> {
        let last = self.back.pop_back()?;
        self.cells -= last.cells();
        let Named { words, step } = last;
        self.forth.push(Named { words: words.clone(), step: apply(step) });
        Some(words)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self, apply: impl FnOnce(Step) -> Step) -> Option<String> {
        let Named { words, step } = self.forth.pop()?;
        let undo = Named { words: words.clone(), step: apply(step) };
        self.push(undo);
        Some(words)
    }

    /// The step that would be taken back, and the one that would be done again.
    #[must_use]
    pub fn next(&self) -> (Option<&Step>, Option<&Step>) {
        (self.back.back().map(|named| &named.step), self.forth.last().map(|named| &named.step))
    }

    /// What an undo would take back.
    #[must_use]
    pub fn undo_words(&self) -> Option<String> {
        self.back.back().map(|named| named.words.clone())
    }

    /// What a redo would do.
    #[must_use]
    pub fn redo_words(&self) -> Option<String> {
        self.forth.last().map(|named| named.words.clone())
    }

    /// As data.
    #[must_use]
    pub fn to_kept(&self) -> (Vec<KeptStep>, Vec<KeptStep>) {
        let kept = |named: &Named| KeptStep {
            words: named.words.clone(),
            cells: named.step.cells.clone(),
            left_out: named.step.left_out.clone(),
            repairs: named.step.repairs.clone(),
        };
        (self.back.iter().map(kept).collect(), self.forth.iter().map(kept).collect())
    }

    /// From data.
    #[must_use]
    pub fn from_kept(undo: Vec<KeptStep>, redo: Vec<KeptStep>) -> Self {
        let named = |kept: KeptStep| {
            let KeptStep { words, cells, left_out, repairs } = kept;
            Named { words, step: Step { cells, left_out, repairs } }
        };
        let mut history = Self { forth: redo.into_iter().map(named).collect(), ..Self::default() };
        undo.into_iter().map(named).for_each(|step| history.push(step));
        history
    }
}
