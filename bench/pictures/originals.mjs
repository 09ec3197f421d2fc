// Makes the originals of the comparison in the folder that is its argument: something like photographs, with grain.
import sharp from 'sharp';
import { mkdirSync } from 'node:fs';

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });

async function photograph(width, height) {
    const clouds = await sharp({ create: { width: Math.ceil(width / 40), height: Math.ceil(height / 40), channels: 3,
        background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 70 } } }).png().toBuffer();
    const grain = await sharp({ create: { width, height, channels: 3, background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma: 14 } } }).blur(0.8).png({ compressionLevel: 1 }).toBuffer();
    return sharp(clouds).resize(width, height, { fit: 'fill', kernel: 'cubic' })
        .composite([{ input: grain, blend: 'soft-light' }]).png({ compressionLevel: 1 }).toBuffer();
}

const large = await photograph(5450, 4450);
await sharp(large).jpeg({ quality: 80 }).toFile(`${folder}/24mp.jpg`);
await sharp(large).jpeg({ quality: 80, progressive: true }).toFile(`${folder}/24mp-progressive.jpg`);
await sharp(await photograph(3000, 2000)).jpeg({ quality: 85 }).toFile(`${folder}/6mp.jpg`);
const medium = await photograph(1250, 800);
await sharp(medium).withIccProfile('p3').jpeg({ quality: 85 }).toFile(`${folder}/1mp-p3.jpg`);
await sharp(await photograph(1632, 1224)).ensureAlpha(0.7).png().toFile(`${folder}/2mp-alpha.png`);
const frames = [];
for (let i = 0; i < 48; i++) {
    frames.push(await sharp(medium).extract({ left: i * 10, top: i * 6, width: 320, height: 240 }).toBuffer());
}
await sharp(frames, { join: { animated: true } }).gif().toFile(`${folder}/48-frames.gif`);
