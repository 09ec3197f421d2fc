// Asks a server for pictures, two at once. Arguments: the server's process, seconds, how many are one request (a page asks
// for six), and the URL, in which # stands for a width and ~ for a quality, together never the same. Prints requests a second, CPU
// milliseconds a request of the server and its children, and their largest sizes together in MiB.
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';

const [server, seconds, together, url] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

function family(pid) {
    const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
        readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean));
    return [pid, ...children.flatMap(family)];
}
const cpu = () => family(server).reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
}, 0);
const peak = () => family(server).reduce((sum, pid) =>
    sum + Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024, 0);

const one = address => new Promise((done, failed) => get(address, { agent }, response => {
    if (response.statusCode !== 200) failed(new Error(`${address} is ${response.statusCode}`));
    response.resume().on('end', done);
}).on('error', failed));

let number = 300;
const widths = [150, 300, 600, 768, 1024, 1536];
async function client(until, count) {
    while (performance.now() < until) {
        const unique = ++number;
        const quality = together === '1' ? 82 : 80 + Math.floor(unique / 100) % 20;
        const sizes = together === '1' ? [unique] : widths.map(width => width - unique % 100);
        await Promise.all(sizes.map(width => one(url.replaceAll('#', width).replaceAll('~', quality))));
        count.made++;
    }
}
async function run(time) {
    const count = { made: 0 };
    const begin = performance.now();
    const before = cpu();
    await Promise.all([1, 2].map(() => client(begin + time, count)));
    return [(count.made / (performance.now() - begin) * 1000).toFixed(1), ((cpu() - before) / count.made).toFixed(1)];
}
await run(seconds * 500);
console.log(...await run(seconds * 1000), Math.round(peak()));
process.exit();
