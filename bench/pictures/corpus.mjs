// Generates the originals of the parts `colours` and `weights`: photographs in other colour spaces, and stills and films
// of three kinds: photographs, flat graphics, and a screen in which little changes. Arguments: output folder, folder of
// ICC profiles.
import sharp from 'sharp';
import { mkdirSync } from 'node:fs';

const [folder, profiles] = process.argv.slice(2);
mkdirSync(`${folder}/colours`, { recursive: true });
mkdirSync(`${folder}/stills`, { recursive: true });
mkdirSync(`${folder}/films`, { recursive: true });

const noise = (width, height, sigma) => sharp({ create: { width, height, channels: 3, background: '#808080',
    noise: { type: 'gaussian', mean: 128, sigma } } }).png().toBuffer();

// Smooth areas of every colour, some grain, and a row of patches from black to white with the primaries.
async function photograph(width, height) {
    const clouds = sharp(await noise(Math.ceil(width / 40), Math.ceil(height / 40), 70));
    const patches = ['#000', '#222', '#444', '#888', '#bbb', '#fff', '#f00', '#0f0', '#00f', '#ff0', '#0ff', '#f0f'];
    const side = Math.floor(width / patches.length);
    const row = patches.map((fill, i) => `<rect x="${i * side}" width="${side}" height="${side}" fill="${fill}"/>`);
    const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${side}">${row.join('')}</svg>`);
    const grain = await sharp(await noise(width, height, 14)).blur(0.8).png().toBuffer();
    return sharp(await clouds.resize(width, height, { fit: 'fill', kernel: 'cubic' }).png().toBuffer())
        .composite([{ input: grain, blend: 'soft-light' }, { input: svg, left: 0, top: 0 }]).png().toBuffer();
}

const photo = await photograph(1600, 1200);
const jpeg = { quality: 95, chromaSubsampling: '4:4:4' };
await sharp(photo).jpeg(jpeg).toFile(`${folder}/colours/srgb.jpg`);
await sharp(photo).withIccProfile('p3').jpeg(jpeg).toFile(`${folder}/colours/p3.jpg`);
await sharp(photo).toColourspace('cmyk').jpeg(jpeg).toFile(`${folder}/colours/cmyk-plain.jpg`);
await sharp(photo).toColourspace('cmyk').withIccProfile(`${profiles}/default_cmyk.icc`).jpeg(jpeg).toFile(`${folder}/colours/cmyk-lut.jpg`);
await sharp(photo).withIccProfile(`${profiles}/a98.icc`).jpeg(jpeg).toFile(`${folder}/colours/adobe98.jpg`);
await sharp(photo).toColourspace('b-w').withIccProfile(`${profiles}/ps_gray.icc`).jpeg(jpeg).toFile(`${folder}/colours/grey.jpg`);

function flat(width, height, t) {
    const dots = Array.from({ length: 24 }, (_, i) => `<circle cx="${(i * 137 + t * 5) % width}" cy="${(i * 71) % height}"
        r="${12 + (i * 7) % 40}" fill="hsl(${(i * 47) % 360},80%,55%)"/>`).join('');
    return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
        <rect width="100%" height="100%" fill="#f4efe6"/>${dots}
        <text x="40" y="${height - 40}" font-size="48" font-family="sans-serif">Quarterly figures</text></svg>`)).png().toBuffer();
}

function screen(width, height, t) {
    const lines = Array.from({ length: 20 }, (_, i) => `<text x="20" y="${30 + i * 16}" font-size="13" font-family="monospace"
        fill="#ddd">${'lorem ipsum dolor sit amet '.repeat(2).slice(i % 9, 60 - (i * 7) % 20)}</text>`).join('');
    return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
        <rect width="100%" height="100%" fill="#1e1e2e"/>${lines}
        <rect x="${20 + t * 8}" y="${height - 24}" width="8" height="14" fill="#fc0"/></svg>`)).png().toBuffer();
}

await sharp(photo).toFile(`${folder}/stills/photo.png`);
await sharp(await flat(1600, 1200, 0)).png().toFile(`${folder}/stills/flat.png`);
await sharp(await screen(1600, 1200, 0)).png().toFile(`${folder}/stills/screen.png`);
const film = async (name, frames) => {
    await sharp(frames, { join: { animated: true } }).gif().toFile(`${folder}/films/${name}.gif`);
    await sharp(frames, { join: { animated: true } }).webp().toFile(`${folder}/films/${name}.webp`);
};
const pan = [];
const dots = [];
const typed = [];
for (let i = 0; i < 40; i++) {
    pan.push(await sharp(photo).extract({ left: i * 8, top: 150 + i * 4, width: 480, height: 320 }).png().toBuffer());
    dots.push(await flat(480, 320, i));
    typed.push(await screen(480, 340, i));
}
await film('photo', pan);
await film('flat', dots);
await film('screen', typed);
