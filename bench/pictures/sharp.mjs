// One picture again and again with sharp in process, on one thread. Arguments: original, width, height (0: free), format,
// repetitions, MB/s at which the original comes (0: at once). Prints CPU and wall milliseconds for each, and its bytes.
import sharp from 'sharp';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const [file, width, height, format, count, rate] = process.argv.slice(2);
sharp.cache(false);
sharp.concurrency(1);
const bytes = readFileSync(file);
const animated = file.endsWith('.gif');

async function once() {
    if (Number(rate)) await setTimeout(bytes.length / 1000 / Number(rate)); // it needs the whole before it begins
    const picture = sharp(bytes, { animated }).rotate();
    picture.resize(Number(width), Number(height) || null, { withoutEnlargement: true });
    return picture.toFormat(format, format === 'png' ? { palette: true } : format === 'avif' ? {} : { quality: 82 }).toBuffer();
}

let size = 0;
for (let i = 0; i < 3; i++) size = (await once()).length;
const begin = performance.now();
const before = process.cpuUsage();
for (let i = 0; i < count; i++) await once();
const used = process.cpuUsage(before);
console.log(((used.user + used.system) / 1000 / count).toFixed(1), ((performance.now() - begin) / count).toFixed(1), size);
