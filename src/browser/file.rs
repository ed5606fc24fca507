//! A dropped file, read piece by piece.

use crate::engine::hands::DroppedFile;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamByobReader, ReadableStreamDefaultReader, ReadableStreamReadResult};

/// A `File` that came with a message.
///
/// It is read as a stream, which the browser fills while the bytes before are worked on: asking for one slice after the other takes
/// nearly three times as long. A file is nearly always read from its beginning to its end; elsewhere another stream begins.
pub struct BrowserFile {
    file: web_sys::File,
    /// The stream, and where in the file it stands, while nobody reads from it.
    stream: Rc<RefCell<Option<(u64, Stream)>>>,
}

impl BrowserFile {
    /// Wraps a file.
    #[must_use]
    pub fn new(file: web_sys::File) -> Self {
        Self { file, stream: Rc::default() }
    }

    fn stream_at(&self, from: u64) -> Result<Stream, String> {
        match self.stream.take() {
            Some((at, stream)) if at == from => Ok(stream),
            _ => Stream::open(&self.file, from).map_err(|error| words(&error)),
        }
    }
}

impl DroppedFile for BrowserFile {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number of bytes below 2^53")]
    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        if from >= to {
            return Box::pin(async { Ok(Vec::new()) });
        }
        // Asked for now, not when it is awaited: it comes while the piece before is worked on.
        let begun = self.stream_at(from).map(|mut stream| (stream.next(), stream));
        let kept = Rc::clone(&self.stream);
        Box::pin(async move {
            let (first, mut stream) = begun?;
            let bytes = stream.take(first, to - from).await.map_err(|error| words(&error))?;
            kept.replace(Some((from + bytes.len() as u64, stream)));
            Ok(bytes)
        })
    }
}

/// Bytes asked of a stream at once: what the engine asks for.
const ROOM: u32 = 1 << 20;

/// The bytes of a file from some place on.
struct Stream {
    reader: Reader,
    /// What came and is not taken yet.
    rest: Option<js_sys::Uint8Array>,
    /// What has been taken: the next bytes may come into the same memory.
    room: Option<js_sys::ArrayBuffer>,
}

/// How a stream is read. Not every browser's files can be read into memory that is given.
enum Reader {
    /// Into memory that is given: a tenth less time than where each piece comes in memory of its own.
    Given(ReadableStreamByobReader),
    Own(ReadableStreamDefaultReader),
}

impl Stream {
    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    fn open(file: &web_sys::File, from: u64) -> Result<Self, JsValue> {
        let stream = file.slice_with_f64(from as f64)?.stream();
        let reader = match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Reader::Given(reader),
            Err(_) => Reader::Own(stream.get_reader().unchecked_into()),
        };
        Ok(Self { reader, rest: None, room: None })
    }

    fn ask(&mut self) -> JsFuture {
        JsFuture::from(match &self.reader {
            Reader::Given(reader) => {
                let room = self.room.take().unwrap_or_else(|| js_sys::ArrayBuffer::new(ROOM));
                reader.read_with_array_buffer_view(&js_sys::Uint8Array::new(&room))
            }
            Reader::Own(reader) => reader.read(),
        })
    }

    /// Asks for more, unless some is left.
    fn next(&mut self) -> Option<JsFuture> {
        if self.rest.is_none() { Some(self.ask()) } else { None }
    }

    /// The next `count` bytes, fewer at the end of the file. `first` was asked for before.
    async fn take(&mut self, first: Option<JsFuture>, count: u64) -> Result<Vec<u8>, JsValue> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        let mut asked = first;
        loop {
            let some = match (self.rest.take(), asked.take()) {
                (Some(rest), _) => rest,
                (None, asked) => {
                    let asked = match asked {
                        Some(asked) => asked,
                        None => self.ask(),
                    };
                    let answer = asked.await?;
                    let answer: ReadableStreamReadResult = answer.unchecked_into();
                    if answer.get_done() == Some(true) {
                        return Ok(bytes);
                    }
                    answer.get_value().unchecked_into()
                }
            };
            let (there, wanted) = (some.length(), u32::try_from(count - bytes.len()).unwrap_or(u32::MAX));
            let taken = there.min(wanted);
            if bytes.is_empty() {
                bytes.reserve_exact(count.min(1 << 20));
            }
            let from = bytes.len();
            bytes.resize(from + taken as usize, 0);
            if let Some(place) = bytes.get_mut(from..) {
                some.subarray(0, taken).copy_to(place);
            }
            if taken < there {
                self.rest = Some(some.subarray(taken, there));
            } else {
                self.room = Some(some.buffer());
            }
            if bytes.len() == count {
                return Ok(bytes);
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Nobody wants the rest. How the browser takes it is of no interest.
        let _ = match &self.reader {
            Reader::Given(reader) => reader.cancel(),
            Reader::Own(reader) => reader.cancel(),
        };
    }
}

fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "The browser could not read the file.".to_owned(), |error| String::from(error.message()))
}
