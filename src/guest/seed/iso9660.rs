//! An image of a CD with a few small files in its root: ISO 9660 (ECMA-119), with the names also as Rock Ridge (IEEE P1282)
//! and as Joliet.
//!
//! The names of a seed (`user-data`) are none of ISO 9660's own, so whatever reads it takes one of the two others: Linux and
//! libarchive Rock Ridge, Windows Joliet. The only well-kept crate that writes such images has no stable version yet, and this
//! is all that a seed needs of the format.

/// Bytes of a sector.
const SECTOR: usize = 2048;

/// What is before the volume descriptors, and belongs to whoever boots.
const SYSTEM_AREA: usize = 16;

/// The volume descriptors: that of ISO 9660, that of Joliet, and the end of them.
const DESCRIPTORS: usize = 3;

/// Each of the two trees: the path table in either order of bytes, and its only folder.
const TREE: usize = 3;

/// Where the first file begins.
const FILES: usize = SYSTEM_AREA + DESCRIPTORS + 2 * TREE;

/// A folder has one sector: so many files fit in any case.
const MOST_FILES: usize = 8;

/// A file in the root of an image.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name: small letters, digits and hyphens, at most 30.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A file, and where it is.
struct Placed<'a> {
    file: File<'a>,
    sector: usize,
}

/// Whose names a tree has.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    /// ISO 9660's own, with Rock Ridge's beside them.
    RockRidge,
    /// Joliet's.
    Joliet,
}

impl Names {
    /// The first sector of its tree.
    const fn tree(self) -> usize {
        let first = SYSTEM_AREA + DESCRIPTORS;
        match self {
            Names::RockRidge => first,
            Names::Joliet => first + TREE,
        }
    }

    const fn folder(self) -> usize {
        self.tree() + TREE - 1
    }

    /// A text as this tree has it.
    fn text(self, text: &str) -> Vec<u8> {
        match self {
            Names::RockRidge => text.as_bytes().to_vec(),
            Names::Joliet => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// The name of a file: of ISO 9660 the letters that it has, and a version.
    fn file(self, name: &str) -> Vec<u8> {
        match self {
            Names::RockRidge => format!("{}.;1", name.to_ascii_uppercase().replace('-', "_")).into_bytes(),
            Names::Joliet => self.text(name),
        }
    }
}

/// The image of a volume of this name with these files, at most eight of them.
pub fn image(volume: &str, files: &[File<'_>]) -> Vec<u8> {
    let mut files: Vec<File<'_>> = files.iter().take(MOST_FILES).copied().collect();
    // a folder is sorted
    files.sort_by_key(|file| file.name);
    let mut end = FILES;
    let placed = files.into_iter().map(|file| {
        let sector = end;
        end += file.bytes.len().div_ceil(SECTOR);
        Placed { file, sector }
    });
    let placed: Vec<Placed<'_>> = placed.collect();
    let mut image = vec![0; SYSTEM_AREA * SECTOR];
    for names in [Names::RockRidge, Names::Joliet] {
        push(&mut image, &descriptor(volume, names, end));
    }
    push(&mut image, b"\xffCD001\x01");
    for names in [Names::RockRidge, Names::Joliet] {
        for big in [false, true] {
            push(&mut image, &path_table(names, big));
        }
        push(&mut image, &folder(names, &placed));
    }
    for file in &placed {
        push(&mut image, file.file.bytes);
    }
    image
}

/// Adds what begins a sector; nothing takes none.
fn push(image: &mut Vec<u8>, bytes: &[u8]) {
    image.extend_from_slice(bytes);
    let end = image.len().next_multiple_of(SECTOR);
    fill(image, end);
}

/// A number in both orders of bytes.
fn both(number: usize) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    [number.to_le_bytes(), number.to_be_bytes()].concat()
}

fn both_short(number: u16) -> Vec<u8> {
    [number.to_le_bytes(), number.to_be_bytes()].concat()
}

/// Primary, or supplementary of Joliet's level 3 (ECMA-119, 8.4 and 8.5).
fn descriptor(volume: &str, names: Names, sectors: usize) -> Vec<u8> {
    let mut bytes = match names {
        Names::RockRidge => b"\x01CD001\x01\0".to_vec(),
        Names::Joliet => b"\x02CD001\x01\0".to_vec(),
    };
    padded(&mut bytes, "", 32, names);
    padded(&mut bytes, volume, 32, names);
    fill(&mut bytes, 80);
    bytes.extend(both(sectors));
    if names == Names::Joliet {
        bytes.extend(b"%/E");
    }
    fill(&mut bytes, 120);
    // one disc of one, by sectors
    for number in [1, 1, SECTOR as u16] {
        bytes.extend(both_short(number));
    }
    bytes.extend(both(path_table(names, false).len()));
    let table = u32::try_from(names.tree()).unwrap_or_default();
    bytes.extend(table.to_le_bytes());
    fill(&mut bytes, 148);
    bytes.extend((table + 1).to_be_bytes());
    fill(&mut bytes, 156);
    bytes.extend(record(&[0], names.folder(), SECTOR, true, &[]));
    // set, publisher, preparer, application; three files with more about those
    for _ in 0..4 {
        padded(&mut bytes, "", 128, names);
    }
    for _ in 0..3 {
        padded(&mut bytes, "", 37, names);
    }
    // made, changed, over, valid from: nobody says when
    for _ in 0..4 {
        bytes.extend([b'0'; 16]);
        bytes.push(0);
    }
    bytes.push(1);
    bytes
}

/// A text of a fixed length, with blanks behind it.
fn padded(bytes: &mut Vec<u8>, text: &str, length: usize, names: Names) {
    let end = bytes.len() + length;
    bytes.extend(names.text(text));
    let blank = names.text(" ");
    while bytes.len() + blank.len() <= end {
        bytes.extend(&blank);
    }
    fill(bytes, end);
}

/// Zeros up to a length.
fn fill(bytes: &mut Vec<u8>, length: usize) {
    let missing = length.saturating_sub(bytes.len());
    bytes.extend(std::iter::repeat_n(0, missing));
}

/// The root is the only folder (ECMA-119, 9.4).
fn path_table(names: Names, big: bool) -> Vec<u8> {
    let folder = u32::try_from(names.folder()).unwrap_or_default();
    let (at, parent) = match big {
        true => (folder.to_be_bytes(), 1_u16.to_be_bytes()),
        false => (folder.to_le_bytes(), 1_u16.to_le_bytes()),
    };
    [&[1, 0][..], &at, &parent, &[0, 0]].concat()
}

/// The root: itself, its parent, which it is too, and its files.
fn folder(names: Names, files: &[Placed<'_>]) -> Vec<u8> {
    let of_folder = |is_first| match names {
        Names::RockRidge if is_first => [&b"SP\x07\x01\xbe\xef\0"[..], &attributes(0o40555, 2), EXTENSION].concat(),
        Names::RockRidge => attributes(0o40555, 2),
        Names::Joliet => Vec::new(),
    };
    let mut bytes = record(&[0], names.folder(), SECTOR, true, &of_folder(true));
    bytes.extend(record(&[1], names.folder(), SECTOR, true, &of_folder(false)));
    for placed in files {
        let File { name, bytes: content } = placed.file;
        let more = match names {
            Names::RockRidge => [attributes(0o100_444, 1), alternate(name)].concat(),
            Names::Joliet => Vec::new(),
        };
        bytes.extend(record(&names.file(name), placed.sector, content.len(), false, &more));
    }
    bytes
}

/// A directory record (ECMA-119, 9.1), with what Rock Ridge adds to it.
fn record(name: &[u8], sector: usize, length: usize, is_folder: bool, more: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(both(sector));
    bytes.extend(both(length));
    // nobody says when it was made
    bytes.extend([0; 7]);
    bytes.extend([if is_folder { 2 } else { 0 }, 0, 0]);
    bytes.extend(both_short(1));
    bytes.push(u8::try_from(name.len()).unwrap_or_default());
    bytes.extend(name);
    // every part begins at an even byte
    let even = bytes.len().next_multiple_of(2);
    fill(&mut bytes, even);
    bytes.extend(more);
    let even = bytes.len().next_multiple_of(2);
    fill(&mut bytes, even);
    bytes[0] = u8::try_from(bytes.len()).unwrap_or_default();
    bytes
}

/// That there is Rock Ridge (`ER`, with its name alone).
const EXTENSION: &[u8] = b"ER\x12\x01\x0a\0\0\x01RRIP_1991A";

/// Whose a file is and who may read it (`PX`): of root, for everybody.
fn attributes(mode: usize, links: usize) -> Vec<u8> {
    let numbers = [mode, links, 0, 0].map(both).concat();
    [b"PX\x24\x01", &numbers[..]].concat()
}

/// Its name as it is (`NM`).
fn alternate(name: &str) -> Vec<u8> {
    let length = u8::try_from(5 + name.len()).unwrap_or_default();
    [b"NM", &[length, 1, 0][..], name.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_whole_sectors_and_the_same_whatever_the_order_of_its_files() {
        let files = [
            File {
                name: "user-data",
                bytes: &[b'u'; SECTOR + 1],
            },
            File {
                name: "meta-data",
                bytes: b"",
            },
            File {
                name: "network-config",
                bytes: b"n",
            },
        ];
        let made = image("cidata", &files);
        assert_eq!(made.len(), (FILES + 1 + 2) * SECTOR);
        let turned = [files[2], files[1], files[0]];
        assert_eq!(made, image("cidata", &turned));
        assert_eq!(&made[SYSTEM_AREA * SECTOR + 40..][..8], b"cidata  ");
        assert_eq!(made[(FILES) * SECTOR], b'n');
        // what it says of its length is its length
        let said = &made[SYSTEM_AREA * SECTOR + 80..][..4];
        assert_eq!(
            u32::from_le_bytes(said.try_into().unwrap()) as usize * SECTOR,
            made.len()
        );
    }

    #[test]
    fn a_folder_stays_in_its_sector() {
        let name = "a".repeat(30);
        let files = [File {
            name: &name,
            bytes: b"",
        }; MOST_FILES + 1];
        let placed = files[..MOST_FILES].iter().map(|file| Placed { file: *file, sector: 1 });
        let placed: Vec<_> = placed.collect();
        assert!(folder(Names::RockRidge, &placed).len() <= SECTOR);
        assert!(folder(Names::Joliet, &placed).len() <= SECTOR);
        assert_eq!(image("x", &files).len(), FILES * SECTOR);
    }
}
