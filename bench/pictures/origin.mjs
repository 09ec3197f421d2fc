// The originals of a folder, from memory, by HTTP: what a server with sharp reads. Arguments: folder, port.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [folder, port] = process.argv.slice(2);
const files = new Map(readdirSync(folder).map(name => [`/${name}`, readFileSync(`${folder}/${name}`)]));
createServer((request, response) => {
    const bytes = files.get(request.url);
    response.writeHead(bytes ? 200 : 404, { 'Content-Length': bytes?.length ?? 0 }).end(bytes);
}).listen(Number(port), '127.0.0.1');
