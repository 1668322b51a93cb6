// POST /v1/courses: body → parsed question → courses. Leaves planning to the service.
import type { FastifyInstance } from 'fastify'
import { CourseRequestSchema, parseCourseRequest } from '../../domain/course.ts'
import { withDeadline } from '../deadline.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'

export function registerCourses(server: FastifyInstance, { service, metrics }: Parts): void {
  server.post(
    '/v1/courses',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['recommendations'],
        operationId: 'courses',
        summary:
          'Stops in order with times, from a point, inside an area or around places that have to be seen',
        body: CourseRequestSchema,
        response: { 200: answer('The courses, best first', shared('Courses')), ...problems },
      },
    },
    async (request, reply) => {
      const question = parseCourseRequest(request.body)
      const courses = await withDeadline(reply, (signal) => service.courses(question, signal))
      metrics.countServed('courses', courses.items.length)
      return courses
    },
  )
}
