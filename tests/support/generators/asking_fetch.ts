// Asks with the client that openapi-generator made (typescript-fetch); prints what it was answered.
import { Configuration, GapsApi, RolesApi } from './generated';

async function main(address: string, role: string): Promise<void> {
    const configuration = new Configuration({ basePath: address });
    const roles = new RolesApi(configuration);
    const gaps = await new GapsApi(configuration).listGaps({ limit: 3 });
    const training = await roles.trainForRole({ id: role });
    const plan = await roles.planRole({ id: role });
    const total: number = gaps.total;
    const name: string = gaps.items[0].competency.name;
    const status: string = gaps.items[0].status;
    const task: string = training.items[0].task.id;
    const steps: string[] = plan.steps.map((step) => step.task.id);
    console.log(JSON.stringify({ gaps: [total, name, status], training: [training.total, task], plan: [plan.hours, steps] }));
}

declare const process: { argv: string[] };
main(process.argv[2], process.argv[3]);
