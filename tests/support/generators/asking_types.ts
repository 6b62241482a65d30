// Asks with the types that openapi-typescript made; prints what it was answered.
import type { paths } from './schema';

type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never;

async function ask<Body>(url: string, method: string): Promise<Body> {
    const response = await fetch(url, { method });
    return (await response.json()) as Body;
}

async function main(address: string, role: string): Promise<void> {
    const gaps = await ask<Answer<paths['/v1/gaps']['get']>>(`${address}/v1/gaps?limit=3`, 'GET');
    const training = await ask<Answer<paths['/v1/roles/{id}/training']['get']>>(`${address}/v1/roles/${role}/training`, 'GET');
    const plan = await ask<Answer<paths['/v1/roles/{id}/plan']['post']>>(`${address}/v1/roles/${role}/plan`, 'POST');
    const total: number = gaps.total;
    const name: string = gaps.items[0].competency.name;
    const status: string = gaps.items[0].status;
    const task: string = training.items[0].task.id;
    const steps: string[] = plan.steps.map((step) => step.task.id);
    console.log(JSON.stringify({ gaps: [total, name, status], training: [training.total, task], plan: [plan.hours, steps] }));
}

declare const process: { argv: string[] };
main(process.argv[2], process.argv[3]);
