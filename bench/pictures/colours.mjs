// Colour difference between renditions of Aloft and sharp (CIE76, mean and 99th percentile), and the black patch of each.
// Arguments: folder of originals, folder of Aloft's renditions.
import sharp from 'sharp';
import { readFileSync, readdirSync } from 'node:fs';

const [originals, answers] = process.argv.slice(2);
const WIDTH = 800;

const lab = (r, g, b) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116);
    const fx = f((0.4124564 * x + 0.3575761 * y + 0.1804375 * z) / 0.95047);
    const fy = f(0.2126729 * x + 0.7151522 * y + 0.0721750 * z);
    const fz = f((0.0193339 * x + 0.1191920 * y + 0.9503041 * z) / 1.08883);
    return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
};

async function pixels(input) {
    return sharp(input).toColourspace('srgb').removeAlpha().raw().toBuffer();
}

function difference(one, other, bands) {
    const all = [];
    for (let i = 0; i + 2 < one.length; i += bands) {
        const [a, b] = [lab(one[i], one[i + 1], one[i + 2]), lab(other[i], other[i + 1], other[i + 2])];
        all.push(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    all.sort((a, b) => a - b);
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    return `${mean.toFixed(2)} ${all[Math.floor(all.length * 0.99)].toFixed(2)}`;
}

const dark = (p) => '#' + [...p.subarray(30 * 800 * 3 + 90, 30 * 800 * 3 + 93)].map((v) => v.toString(16).padStart(2, '0')).join('');

console.log('original | difference: mean, 99 % | black: sharp, Aloft');
for (const file of readdirSync(originals).sort()) {
    const theirs = await pixels(await sharp(readFileSync(`${originals}/${file}`)).resize(WIDTH).png().toBuffer());
    const ours = await pixels(readFileSync(`${answers}/${file}`));
    console.log([file, difference(ours, theirs, 3), dark(theirs) + ' ' + dark(ours)].join(' | '));
}
