//! A dropped file is read and checked, piece by piece, so that the engine can be spoken to meanwhile.
use crate::engine::protocol::*;
use crate::domain::ProductId;
use crate::domain::ColumnId;
use super::comparing::Entry;
use crate::engine::serve::Engine;
use crate::engine::hands::DroppedFile;
use crate::domain::choices::ListSeparator;
use std::rc::Rc;
pub struct LoadedFile { summary: FileSummary }
impl LoadedFile {
    pub fn summary(&self) -> &FileSummary { &self.summary }
    pub fn rows(&self, _: RowFilter, _: u32, _: u32) -> RowWindow { todo!() }
    pub fn issues(&self, _: Option<u16>, _: u32, _: u32) -> IssueWindow { todo!() }
    pub fn sendable_ids(&self) -> Vec<ProductId> { todo!() }
    pub fn has_column(&self, _: ColumnId) -> bool { todo!() }
    pub fn products(&self) -> impl Iterator<Item = Entry> { std::iter::empty() }
}
pub fn template() -> Download { todo!() }
impl Engine {
    pub(crate) fn open_file(self: &Rc<Self>, _: String, _: Rc<dyn DroppedFile>) -> Result<(), Trouble> { todo!() }
    pub(crate) fn open_sample(self: &Rc<Self>) -> Result<(), Trouble> { todo!() }
    pub(crate) fn sample_file(&self) -> Result<Download, Trouble> { todo!() }
    pub(crate) fn set_list_separator(self: &Rc<Self>, _: ListSeparator) -> Result<(), Trouble> { todo!() }
}
