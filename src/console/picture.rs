//! One picture of a screen (RFC 6143, 7.3 to 7.7): asked for whole, in the one encoding that every server has, and given out as
//! PNG. Nothing that a server says of sizes is believed beyond what a screen may have.

use super::end::Unfit;

/// The most pixels of a screen: 4096 × 2048.
const MOST_PIXELS: usize = 1 << 23;
/// The longest name of a screen, and the longest text that a server offers for pasting.
const MOST_TEXT: usize = 1 << 16;
/// A picture is made smaller until it is no wider.
const MOST_WIDTH: usize = 800;

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Init,
    Message,
    /// So many rectangles are still to come.
    Rectangles(u16),
    Whole,
}

/// A picture that is being fetched.
#[derive(Debug)]
pub struct Picture {
    at: At,
    got: Vec<u8>,
    /// So much of it was read.
    from: usize,
    width: usize,
    height: usize,
    /// Red, green, blue.
    pixels: Vec<u8>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Default for Picture {
    fn default() -> Self {
        Picture {
            at: At::Init,
            got: Vec::new(),
            from: 0,
            width: 0,
            height: 0,
            pixels: Vec::new(),
        }
    }
}

impl Picture {
    /// What a viewer says first: whoever else looks at the screen is not thrown out.
    pub fn first() -> &'static [u8] {
        &[1]
    }

    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.at == At::Whole
    }

    /// Hears what the server says, and answers.
    ///
    /// # Errors
    /// What is no picture of a screen.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
        self.got.extend_from_slice(bytes);
        let mut say = Vec::new();
        while !self.is_whole() {
            let taken = match self.at {
                At::Init => self.init(&mut say)?,
                At::Message => self.message()?,
                At::Rectangles(left) => self.rectangle(left)?,
                At::Whole => None,
            };
            let Some(taken) = taken else { break };
            self.from += taken;
        }
        self.got.drain(..self.from);
        self.from = 0;
        Ok(say)
    }

    /// Size and name of the screen; then it is asked for, in pixels that are easy to read.
    fn init(&mut self, say: &mut Vec<u8>) -> Result<Option<usize>, Unfit> {
        let (Some(width), Some(height), Some(name)) = (self.short(0), self.short(2), self.long(20)) else {
            return Ok(None);
        };
        (self.width, self.height) = (width, height);
        let pixels = width * height;
        if name > MOST_TEXT || pixels == 0 || pixels > MOST_PIXELS {
            return Err(Unfit::TooLong);
        }
        if self.rest().len() < 24 + name {
            return Ok(None);
        }
        self.pixels = vec![0; pixels * 3];
        // SetPixelFormat: 32 bits, least first, blue, green, red
        say.extend([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
        // SetEncodings: Raw alone
        say.extend([2, 0, 0, 1, 0, 0, 0, 0]);
        // FramebufferUpdateRequest: all of it
        say.extend([3, 0, 0, 0, 0, 0]);
        say.extend([width, height].iter().flat_map(|size| (*size as u16).to_be_bytes()));
        self.at = At::Message;
        Ok(Some(24 + name))
    }

    fn message(&mut self) -> Result<Option<usize>, Unfit> {
        let Some(kind) = self.rest().first() else {
            return Ok(None);
        };
        Ok(match kind {
            0 => self.short(2).map(|count| {
                self.at = match count {
                    0 => At::Message,
                    count => At::Rectangles(count as u16),
                };
                4
            }),
            1 => self.whole(self.short(4).map(|count| 6 + 6 * count)),
            2 => Some(1),
            3 => match self.long(4) {
                Some(size) if size > MOST_TEXT => return Err(Unfit::TooLong),
                size => self.whole(size.map(|size| 8 + size)),
            },
            kind => return Err(Unfit::Kind(*kind)),
        })
    }

    fn rectangle(&mut self, left: u16) -> Result<Option<usize>, Unfit> {
        let head = (self.short(0), self.short(2), self.short(4), self.short(6), self.long(8));
        let (Some(x), Some(y), Some(width), Some(height), Some(encoding)) = head else {
            return Ok(None);
        };
        if encoding != 0 || x + width > self.width || y + height > self.height {
            return Err(Unfit::TooLong);
        }
        let size = 12 + width * height * 4;
        if self.rest().len() < size {
            return Ok(None);
        }
        for row in 0..height {
            let from = &self.got[self.from + 12 + row * width * 4..][..width * 4];
            let into = &mut self.pixels[((y + row) * self.width + x) * 3..][..width * 3];
            for (pixel, into) in from.chunks_exact(4).zip(into.chunks_exact_mut(3)) {
                into.copy_from_slice(&[pixel[2], pixel[1], pixel[0]]);
            }
        }
        self.at = if left > 1 { At::Rectangles(left - 1) } else { At::Whole };
        Ok(Some(size))
    }

    /// The picture, smaller where it is wide: each of its pixels is the mean of those that it stands for.
    ///
    /// # Errors
    /// It cannot be written; that would be a defect.
    pub fn png(&self) -> Result<Png, png::EncodingError> {
        let by = self.width.div_ceil(MOST_WIDTH).max(1);
        let (width, height) = (self.width / by, (self.height / by).max(1));
        let mut small = Vec::with_capacity(width * height * 3);
        for (y, x, part) in (0..height).flat_map(|y| (0..width).flat_map(move |x| (0..3).map(move |part| (y, x, part))))
        {
            let rows = (y * by..(y + 1) * by).take_while(|row| *row < self.height);
            let places = rows.flat_map(|row| (x * by..(x + 1) * by).map(move |column| (row, column)));
            let (sum, count) = places.fold((0_usize, 0_usize), |(sum, count), (row, column)| {
                let value = self.pixels.get((row * self.width + column) * 3 + part);
                (sum + usize::from(value.copied().unwrap_or_default()), count + 1)
            });
            small.push((sum / count.max(1)) as u8);
        }
        let (width, height) = (width as u32, height as u32);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&small)?;
        Ok(Png { bytes, width, height })
    }

    fn rest(&self) -> &[u8] {
        &self.got[self.from..]
    }

    fn whole(&self, size: Option<usize>) -> Option<usize> {
        size.filter(|size| self.rest().len() >= *size)
    }

    fn short(&self, at: usize) -> Option<usize> {
        let bytes = self.rest().get(at..at + 2)?;
        Some(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
    }

    fn long(&self, at: usize) -> Option<usize> {
        Some(self.short(at)? << 16 | self.short(at + 2)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn init(width: u16, height: u16, name: &[u8]) -> Vec<u8> {
        let mut init = [width.to_be_bytes(), height.to_be_bytes()].concat();
        init.extend([0; 16]);
        init.extend((name.len() as u32).to_be_bytes());
        [init, name.to_vec()].concat()
    }

    fn rectangle(place: [u16; 4], pixel: [u8; 4]) -> Vec<u8> {
        let mut out: Vec<u8> = place.iter().flat_map(|number| number.to_be_bytes()).collect();
        out.extend([0; 4]);
        out.extend(pixel.repeat(usize::from(place[2]) * usize::from(place[3])));
        out
    }

    #[test]
    fn it_is_put_together_whatever_pieces_it_comes_in() {
        let update = [
            vec![2],
            [&[3, 0, 0, 0, 0, 0, 0, 2][..], b"hi"].concat(),
            [&[1, 0, 0, 0, 0, 1][..], &[0; 6]].concat(),
            vec![0, 0, 0, 0],
            vec![0, 0, 0, 2],
            rectangle([0, 0, 3, 1], [1, 2, 3, 0]),
            rectangle([1, 1, 2, 1], [7, 8, 9, 0]),
        ]
        .concat();
        for step in [1, 2, 7, 1000] {
            let mut picture = Picture::default();
            let said: Vec<u8> = init(3, 2, b"vm")
                .chunks(step)
                .flat_map(|part| picture.hear(part).unwrap())
                .collect();
            assert_eq!(said.len(), 20 + 8 + 10);
            assert_eq!(said[28..], [3, 0, 0, 0, 0, 0, 0, 3, 0, 2]);
            for part in update.chunks(step) {
                assert!(!picture.is_whole());
                picture.hear(part).unwrap();
            }
            assert!(picture.is_whole());
            assert_eq!(picture.pixels, [3, 2, 1, 3, 2, 1, 3, 2, 1, 0, 0, 0, 9, 8, 7, 9, 8, 7]);
        }
    }

    /// Each taken away from the front of the others they would be hours of work.
    #[test]
    fn millions_of_bells_at_once_are_no_work() {
        let mut picture = Picture::default();
        picture.hear(&[init(2, 2, b""), vec![2; 4 << 20]].concat()).unwrap();
        assert!(!picture.is_whole() && picture.got.is_empty());
    }

    #[test]
    fn a_server_that_lies_is_left() {
        for said in [
            init(0, 2, b""),
            init(u16::MAX, u16::MAX, b""),
            [&init(2, 2, b"")[..20], &[255; 4]].concat(),
            [init(2, 2, b""), vec![9]].concat(),
            [init(2, 2, b""), vec![3, 0, 0, 0, 255, 255, 255, 255]].concat(),
            [init(2, 2, b""), vec![0, 0, 0, 1], rectangle([1, 0, 2, 1], [0; 4])].concat(),
            [init(2, 2, b""), vec![0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 7]].concat(),
        ] {
            assert!(Picture::default().hear(&said).is_err(), "{said:?}");
        }
    }

    #[test]
    fn a_wide_one_is_made_smaller() {
        let mut picture = Picture::default();
        picture.hear(&init(1602, 3, b"")).unwrap();
        let update = [vec![0, 0, 0, 1], rectangle([0, 0, 1602, 3], [30, 20, 10, 0])].concat();
        picture.hear(&update).unwrap();
        let png = picture.png().unwrap();
        assert_eq!((png.width, png.height), (534, 1));
        let mut reader = png::Decoder::new(std::io::Cursor::new(&png.bytes)).read_info().unwrap();
        let mut into = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut into).unwrap();
        assert!(into.chunks_exact(3).all(|pixel| pixel == [10, 20, 30]));
    }
}
