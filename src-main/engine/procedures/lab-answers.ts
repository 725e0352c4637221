import type { LabAnswers } from '../../contract/labs.ts';
import type { LabFileAnswers } from '../../lab/lab-file-template.ts';

/** The form's answers as the composer of lab files takes them: what is empty was not answered, but a bundle that was asked for. */
export function answersOf({ nodes, ...answers }: LabAnswers): LabFileAnswers {
  const given = Object.entries(answers).filter(
    ([key, value]) => value !== undefined && (value !== '' || key === 'bundle'),
  );
  return {
    ...(Object.fromEntries(given) as Omit<LabFileAnswers, 'nodes'>),
    nodes: nodes.map(({ name, role, address }) => ({
      address,
      ...(name !== undefined && name !== '' && { name }),
      ...(role !== undefined && { role }),
    })),
  };
}
