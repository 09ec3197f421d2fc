// Sizes of stills and films by Aloft and by sharp's defaults, with sharp's CPU. Arguments: corpus, folder of Aloft's
// renditions of its stills (800 wide) and films (240 wide).
import sharp from 'sharp';
import { readFileSync, readdirSync, statSync } from 'node:fs';

const [corpus, answers] = process.argv.slice(2);
const OPTIONS = { png: { palette: true }, webp: { quality: 82 }, gif: {} };
sharp.cache(false);
sharp.concurrency(1);
console.log('original | bytes: Aloft, sharp, ratio | sharp: CPU ms');
for (const [folder, width] of [['stills', 800], ['films', 240]]) {
    for (const file of readdirSync(`${corpus}/${folder}`).sort()) {
        const format = file.split('.')[1];
        const original = readFileSync(`${corpus}/${folder}/${file}`);
        const before = process.cpuUsage();
        const theirs = await sharp(original, { animated: true }).resize(width).toFormat(format, OPTIONS[format]).toBuffer();
        const used = process.cpuUsage(before);
        const ours = statSync(`${answers}/${folder}/${file}`).size;
        console.log(`${file} | ${ours} ${theirs.length} ${(ours / theirs.length).toFixed(2)} | ${Math.round((used.user + used.system) / 1000)}`);
    }
}
