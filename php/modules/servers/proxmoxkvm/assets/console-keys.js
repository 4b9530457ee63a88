/**
 * Text as keystrokes. A machine hears keys and not letters: which key a letter is on, the keyboard of its system says. For
 * each keyboard: what its keys give alone, with Shift, and with AltGr; a blank where they give nothing, or wait for another one.
 */

const CODES = ('Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal '
    + 'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight '
    + 'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash '
    + 'IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash').split(' ');

const US = [
    '`1234567890-=qwertyuiop[]asdfghjkl;\'\\ zxcvbnm,./',
    '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"| ZXCVBNM<>?'
];

export const LAYOUTS = {
    us: US,
    gb: [
        '`1234567890-=qwertyuiop[]asdfghjkl;\'#\\zxcvbnm,./',
        '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?',
        '    €'
    ],
    de: [
        ' 1234567890ß qwertzuiopü+asdfghjklöä#<yxcvbnm,.-',
        '°!"§$%&/()=? QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_',
        '  ²³   {[]}\\ @ €        ~            |      µ'
    ],
    fr: [
        '²&é"\'(-è_çà)=azertyuiop $qsdfghjklmù*<wxcvbn,;:!',
        ' 1234567890°+AZERTYUIOP £QSDFGHJKLM%µ>WXCVBN?./§',
        '   #{[| \\^@]}  €        ¤'
    ],
    es: [
        'º1234567890\'¡qwertyuiop +asdfghjklñ ç<zxcvbnm,.-',
        'ª!"·$%&/()=?¿QWERTYUIOP *ASDFGHJKLÑ Ç>ZXCVBNM;:_',
        '\\|@#           €       []          {}'
    ],
    pt: [
        '\\1234567890\'«qwertyuiop+ asdfghjklçº <zxcvbnm,.-',
        '|!"#$%&/()=?»QWERTYUIOP* ASDFGHJKLÇª >ZXCVBNM;:_',
        '  @£§  {[]}    €'
    ],
    pl: [...US, '               ę     ó   ąś      ł    żźć  ń']
};

/** Letters of keys that wait for another one: with a blank behind it, the letter itself comes. The key, and what is held. */
const WAITING = {
    de: {'^': ['Backquote', 0], '`': ['Equal', 1]},
    fr: {'~': ['Digit2', 2], '`': ['Digit7', 2]},
    es: {'`': ['BracketLeft', 0], '^': ['BracketLeft', 1], '~': ['Digit4', 2]},
    pt: {'~': ['Backslash', 0], '^': ['Backslash', 1], '`': ['BracketRight', 1]}
};

const OTHERS = {'\n': ['Enter', 0xff0d], '\t': ['Tab', 0xff09], ' ': ['Space', 0x20]};
const SHIFT = ['ShiftLeft', 0xffe1];
const ALTGR = ['AltRight', 0xfe03];

/** The number that RFB has for a letter. */
export function keysym(letter) {
    const code = letter.codePointAt(0);
    return code < 0x100 ? code : 0x01000000 | code;
}

/**
 * The keys that give a letter, one after the other, and what is held for each; none: this keyboard has no such letter.
 *
 * @return {Array<{key: Array, held: Array}>}
 */
export function keysOf(letter, layout) {
    const held = [[], [SHIFT], [ALTGR]];
    if (OTHERS[letter]) {
        return [{key: OTHERS[letter], held: []}];
    }
    const rows = LAYOUTS[layout] || LAYOUTS.us;
    for (let row = 0; row < rows.length; row++) {
        const at = Array.from(rows[row]).indexOf(letter);
        if (at >= 0) {
            return [{key: [CODES[at], keysym(letter)], held: held[row]}];
        }
    }
    const [code, row] = (WAITING[layout] || {})[letter] || [];
    return code ? [{key: [code, keysym(letter)], held: held[row]}, {key: OTHERS[' '], held: []}] : [];
}

/**
 * Strikes the keys that give a letter, by `press(keysym, code, down)`.
 *
 * @return {number} how many presses and releases that were; 0: this keyboard has no key for it
 */
export function strike(letter, layout, press) {
    const keys = keysOf(letter, layout);
    for (const {key, held} of keys) {
        held.forEach(([code, number]) => press(number, code, true));
        press(key[1], key[0], true);
        press(key[1], key[0], false);
        held.forEach(([code, number]) => press(number, code, false));
    }
    return keys.reduce((sum, {held}) => sum + 2 + 2 * held.length, 0);
}

/**
 * Types a text by `press(keysym, code, down)`.
 *
 * @param {function(number): Promise<boolean>} pause waits after so many presses and releases; true: no more is typed
 * @return {Promise<string>} the letters that this keyboard has no key for, each once
 */
export async function type(text, layout, press, pause) {
    const missing = new Set();
    for (const letter of text.replace(/\r\n?/g, '\n')) {
        const events = strike(letter, layout, press);
        if (events === 0) {
            missing.add(letter);
        }
        if (await pause(events)) {
            break;
        }
    }
    return Array.from(missing).join('');
}
