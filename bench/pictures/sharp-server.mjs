// sharp behind a plain Node server, as one would write it: the original from an origin by HTTP, the answer's size and
// format from the query (?w=300&h=300&f=jpeg&q=82). Arguments: port, origin.
import sharp from 'sharp';
import { createServer } from 'node:http';

const [port, origin] = process.argv.slice(2);
sharp.cache(false);

createServer(async (request, response) => {
    try {
        const url = new URL(request.url, 'http://localhost');
        const original = await fetch(origin + url.pathname);
        const bytes = Buffer.from(await original.arrayBuffer());
        const query = url.searchParams;
        const format = query.get('f') ?? 'jpeg';
        const size = [Number(query.get('w')), Number(query.get('h')) || null];
        const picture = await sharp(bytes, { animated: url.pathname.endsWith('.gif') }).rotate()
            .resize(...size, { withoutEnlargement: true })
            .toFormat(format, format === 'png' ? { palette: true } : format === 'avif' ? {} : { quality: Number(query.get('q') ?? 82) }).toBuffer();
        response.writeHead(200, { 'Content-Type': `image/${format}`, 'Content-Length': picture.length }).end(picture);
    } catch (error) {
        response.writeHead(500).end(String(error));
    }
}).listen(Number(port), '127.0.0.1');
